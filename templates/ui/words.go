package ui

import (
	"context"

	"copil/internal/access"
)

type wordsKey struct{}

// WithWords makes a convention's words known to every component of a page, down
// to the smallest hint.
func WithWords(ctx context.Context, words access.Words) context.Context {
	return context.WithValue(ctx, wordsKey{}, words)
}

// Words are those of the page's convention; neutral ones outside any.
func Words(ctx context.Context) access.Words {
	words, _ := ctx.Value(wordsKey{}).(access.Words)
	return words
}
