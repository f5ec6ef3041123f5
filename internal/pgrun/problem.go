package pgrun

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

// Problem is a reason not to start that a person can mend: Message is a French
// sentence that says what to do, Err (optional) the cause for the log.
type Problem struct {
	Message string
	Err     error
}

func (p *Problem) Error() string { return p.Message }

func (p *Problem) Unwrap() error { return p.Err }

func notFoundProblem() error {
	return &Problem{Message: "PostgreSQL est introuvable sur cette machine : installez-le avec le gestionnaire de paquets du système " +
		"(« apt-get install postgresql », « dnf install postgresql-server » ou « brew install postgresql »), " +
		"ou lancez « make postgres » si Node.js est présent, ou indiquez son dossier par COPIL_POSTGRES_BIN, " +
		"ou servez une base existante par « copil serve » et COPIL_DATABASE_URL."}
}

func binProblem(bin string) error {
	return &Problem{Message: fmt.Sprintf("Le dossier « %s » ne contient pas « postgres » et « initdb » : "+
		"corrigez COPIL_POSTGRES_BIN, ou retirez ce réglage pour que PostgreSQL soit cherché sur la machine.", bin)}
}

func brokenProblem(err error) error {
	return &Problem{Err: err, Message: "PostgreSQL est présent mais ne s’exécute pas sur cette machine : " +
		"installez celui de votre système, ou indiquez-en un autre par COPIL_POSTGRES_BIN."}
}

func versionProblem(found []string, want int, data string) error {
	if want == 0 {
		return &Problem{Message: fmt.Sprintf("Il faut PostgreSQL %d ou plus récent, et cette machine n’a que : %s. "+
			"Installez une version plus récente.", oldest, strings.Join(found, ", "))}
	}
	return &Problem{Message: fmt.Sprintf("Les données de « %s » ont été créées par PostgreSQL %d, et cette machine n’a que : %s. "+
		"Installez PostgreSQL %d, ou choisissez un autre dossier.", data, want, strings.Join(found, ", "), want)}
}

func inUseProblem(dir string) error {
	return &Problem{Message: fmt.Sprintf("Le dossier « %s » est déjà utilisé par un autre programme copil : "+
		"arrêtez-le, ou choisissez un autre dossier.", dir)}
}

func unreachableProblem(path, user string, err error) error {
	return &Problem{Err: err, Message: fmt.Sprintf("Le compte « %s », qui exécute PostgreSQL, n’a pas accès à « %s » : "+
		"choisissez un dossier ouvert à ce compte, par exemple sous /var/lib ou /tmp.", user, path)}
}

func ownerProblem(dir string, uid int, user account) error {
	return &Problem{Message: fmt.Sprintf("Les données de « %s » appartiennent à un autre compte du système (uid %d, et non %d, « %s ») : "+
		"relancez copil sous le compte qui les a créées, ou choisissez un autre dossier.", dir, uid, user.uid, user.name)}
}

func accountProblem() error {
	return &Problem{Message: "PostgreSQL refuse d’être exécuté par root, et cette machine n’a ni compte « postgres » ni compte « nobody » : " +
		"lancez copil sous un compte ordinaire."}
}

// initProblem explains the refusals of initdb that are known, and shows the others.
func initProblem(output string, err error) error {
	err = fmt.Errorf("initdb: %w: %s", err, strings.TrimSpace(output))
	switch {
	case strings.Contains(output, "ICU is not supported"):
		return &Problem{Err: err, Message: "Ce PostgreSQL a été construit sans ICU, dont copil a besoin pour trier et chercher en français : " +
			"installez celui de votre système, ou indiquez-en un autre par COPIL_POSTGRES_BIN."}
	case strings.Contains(output, "could not look up effective user ID"):
		return &Problem{Err: err, Message: "PostgreSQL refuse un compte sans nom : lancez copil sous un compte déclaré dans /etc/passwd."}
	case strings.Contains(output, "No space left on device"):
		return &Problem{Err: err, Message: "Le disque est plein : PostgreSQL a besoin d’environ 40 Mo pour ses données."}
	}
	return &Problem{Err: err, Message: "PostgreSQL n’a pas pu préparer ses données :\n" + strings.TrimSpace(output)}
}

func stoppedProblem(log string, err error) error {
	text, readErr := os.ReadFile(log)
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return &Problem{
		Err: errors.Join(err, readErr),
		Message: "PostgreSQL s’est arrêté dès son démarrage ; son journal se termine par :\n" +
			strings.Join(lines[max(0, len(lines)-8):], "\n"),
	}
}
