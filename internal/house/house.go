// Package house holds tests only: what this repository says of itself (its
// plan, its commands, its settings) must stay true.
package house
