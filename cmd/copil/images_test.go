package main

import (
	"bytes"
	"cmp"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"
)

// Limits of a picture of the documentation.
const (
	largest = 150 << 10 // bytes
	tallest = 1400      // pixels
)

// pictures are those of docs/images.
var pictures = []struct {
	name, who, path, find string
	width                 int64
}{
	{"tableau-de-bord.png", "chair", "~", "", wide},
	{"tableau-de-bord-320.png", "chair", "~", "", narrow},
	{"structure.png", "structure", "~", "", wide},
	{"site.png", "chair", "~/sites", "~/sites/" + anID, wide},
	{"saisie.png", "mission", "~", "~/saisies/2014-S2/" + anID, wide},
	{"campagne.png", "mission", "~/saisies", "", wide},
	{"indicateur.png", "chair", "~/indicateurs/A3-03", "", wide},
	{"convention.png", "chair", "~/convention", "", wide},
	{"bilan.png", "chair", "~/bilans/2014-S1", "", wide},
}

// TestPictures checks that the documentation has its pictures; with -screenshots
// it takes them anew.
func TestPictures(t *testing.T) {
	t.Parallel()
	folder := filepath.Join("..", "..", "docs", "images")
	if *screenshots {
		takePictures(t, folder)
	}
	for _, p := range pictures {
		file, err := os.ReadFile(filepath.Join(folder, p.name))
		if err != nil {
			t.Errorf("take the pictures with « go test ./cmd/copil -run TestPictures -screenshots »: %v", err)
			continue
		}
		config, err := png.DecodeConfig(bytes.NewReader(file))
		if err != nil || int64(config.Width) != p.width || config.Height > tallest || len(file) > largest {
			t.Errorf("%s is %d × %d, %d bytes (%v)", p.name, config.Width, config.Height, len(file), err)
		}
	}
}

func takePictures(t *testing.T, folder string) {
	t.Helper()
	d := sharedDemo(t)
	for _, p := range pictures {
		who := people[p.who]
		b := d.open(t, who.email)
		b.visit(visit{path: p.path, find: p.find}.resolve(d.signedIn(t, who.email), who))
		b.width(p.width)
		height := min(eval[int64](b, `document.documentElement.scrollHeight`), tallest)
		b.do(chromedp.EmulateViewport(p.width, height))
		shot, err := chromedp.Run(b.Context, chromedp.CaptureScreenshot())
		if err != nil {
			t.Fatal(err)
		}
		full, err := png.Decode(bytes.NewReader(shot))
		if err != nil {
			t.Fatal(err)
		}
		if err := writePNG(filepath.Join(folder, p.name), reduced(full)); err != nil {
			t.Fatal(err)
		}
	}
}

func writePNG(name string, img image.Image) error {
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	return errors.Join(encoder.Encode(file, img), file.Close())
}

// reduced writes a picture with its most frequent colours: pages have few, and
// the rest are edges of letters.
func reduced(full image.Image) image.Image {
	count := map[color.RGBA]int{}
	bounds := full.Bounds()
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			r, g, b, _ := full.At(x, y).RGBA()
			count[color.RGBA{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8), 0xff}]++
		}
	}
	colours := slices.SortedFunc(maps.Keys(count), func(a, b color.RGBA) int {
		return cmp.Or(count[b]-count[a], int(a.R)-int(b.R), int(a.G)-int(b.G), int(a.B)-int(b.B))
	})
	palette := color.Palette{}
	for _, c := range colours[:min(len(colours), 128)] {
		palette = append(palette, c)
	}
	small := image.NewPaletted(bounds, palette)
	draw.Draw(small, bounds, full, bounds.Min, draw.Src)
	return small
}
