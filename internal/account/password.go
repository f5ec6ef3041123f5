package account

import (
	"context"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"golang.org/x/text/unicode/norm"

	"copil/internal/fault"
)

// A password's limits, in characters and words (CNIL 2022-100: about 80 bits).
const (
	shortestPassword = 12
	shortestOfThree  = 14 // with three classes of characters only
	longestPassword  = 256
	fewestDifferent  = 6 // different characters, or « aaaaaaaaaaaA1! » would pass
	phraseWords      = 7 // different words of three letters or more
	shortestWord     = 3
)

// PasswordRules says what PasswordProblem asks for, for the forms that choose one.
const PasswordRules = "12 caractères au moins avec minuscules, majuscules, chiffres et autres signes, " +
	"ou 14 caractères avec trois de ces quatre sortes, ou une phrase de 7 mots différents. Il ne vous sera jamais demandé d’en changer."

// PasswordProblem returns all that keeps a password from being chosen, as French
// sentences, or "" (domain.md 0.4: 12 characters of four classes, 14 of three,
// or seven words; none of the common ones; no periodic change).
func PasswordProblem(password string) string {
	n := utf8.RuneCountInString(password)
	switch {
	case !utf8.ValidString(password):
		return "Ce mot de passe contient des caractères illisibles\u00a0: choisissez-en un autre."
	case n > longestPassword:
		return fmt.Sprintf("Ce mot de passe est trop long\u00a0: pas plus de %d caractères.", longestPassword)
	case strings.TrimSpace(password) != password: // copied along with it, and typed without it the next time
		return "Le mot de passe commence ou finit par une espace\u00a0: retirez-la."
	case words(password) >= phraseWords:
		return ""
	}
	var found []string
	if n < shortestPassword {
		found = append(found, fmt.Sprintf("Ce mot de passe est trop court\u00a0: il faut au moins %d caractères, ou %d mots.", shortestPassword, phraseWords))
	}
	if kinds := classes(password); n > 0 && kinds < 3 || kinds == 3 && n >= shortestPassword && n < shortestOfThree {
		found = append(found, "Il est trop simple\u00a0: mêlez minuscules, majuscules, chiffres et autres signes"+
			fmt.Sprintf(" (les quatre pour %d caractères, trois pour %d), ou écrivez %d mots.", shortestPassword, shortestOfThree, phraseWords))
	}
	if n >= shortestPassword && different(password) < fewestDifferent {
		found = append(found, "Il répète trop les mêmes caractères\u00a0: variez-les.")
	}
	if common(password) {
		found = append(found, "Il est parmi les premiers que l’on essaie\u00a0: évitez les mots de passe courants et les suites du clavier.")
	}
	return strings.Join(found, " ")
}

// classes counts which of lower case, upper case, digits and other signs are used.
func classes(password string) int {
	seen := map[string]bool{}
	for _, r := range password {
		switch {
		case unicode.IsLower(r):
			seen["lower"] = true
		case unicode.IsUpper(r):
			seen["upper"] = true
		case unicode.IsDigit(r):
			seen["digit"] = true
		default:
			seen["other"] = true
		}
	}
	return len(seen)
}

func different(password string) int {
	seen := map[rune]bool{}
	for _, r := range password {
		seen[r] = true
	}
	return len(seen)
}

// words counts the different words of a phrase.
func words(password string) int {
	seen := map[string]bool{}
	for word := range strings.FieldsFuncSeq(strings.ToLower(password), func(r rune) bool { return !unicode.IsLetter(r) }) {
		if utf8.RuneCountInString(word) >= shortestWord {
			seen[word] = true
		}
	}
	return len(seen)
}

// cost is that of every hash (OWASP: 19 MiB, two passes, one lane). Were it to
// change, old hashes would still be readable, for they carry theirs.
var cost = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// nobodysHash is compared with when there is no account, so that the answer
// takes as long as for one. Nobody knows its password.
const nobodysHash = "$argon2id$v=19$m=19456,t=2,p=1$jWUmJlaQ5WoYuBkZruNR9w$FQ3mXAR7L8EcpW0mk+VBwwcOMq4qVZ/FHUzVpmlYH60"

// hashing bounds the hashes made at once: each takes 19 MiB and a core.
var hashing = make(chan struct{}, 4)

// hash returns the stored form of a password.
func hash(ctx context.Context, password string) (string, error) {
	if err := takeSlot(ctx); err != nil {
		return "", err
	}
	defer func() { <-hashing }()
	hashed, err := argon2id.CreateHash(norm.NFC.String(password), cost)
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return hashed, nil
}

// matches compares a password with its stored form; with none ("") it takes as
// long and does not match.
func matches(ctx context.Context, password, hashed string) (bool, error) {
	if err := takeSlot(ctx); err != nil {
		return false, err
	}
	defer func() { <-hashing }()
	against := hashed
	if hashed == "" {
		against = nobodysHash
	}
	same, err := argon2id.ComparePasswordAndHash(norm.NFC.String(password), against)
	if err != nil {
		return false, fmt.Errorf("compare password: %w", err)
	}
	return same && hashed != "", nil
}

// takeSlot waits for a turn to hash.
func takeSlot(ctx context.Context) error {
	select {
	case hashing <- struct{}{}:
		return nil
	case <-ctx.Done():
		return &fault.Error{
			Kind:    fault.Unavailable,
			Message: "Trop de personnes se connectent en même temps. Réessayez dans quelques instants.",
			Err:     ctx.Err(),
		}
	}
}
