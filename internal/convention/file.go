package convention

import (
	"fmt"
	"strings"
)

// File is a convention as a file: all that is needed to create one. Its fields
// are documented in docs/convention-file.md. A field without omitempty must be
// there; where it holds several things, there must be at least one.
type File struct {
	Agreement   Convention   `yaml:"agreement"`
	Articles    []Article    `yaml:"articles"`
	Footnotes   []Footnote   `yaml:"footnotes,omitempty"`
	Parties     []Party      `yaml:"parties"`
	Axes        []Axis       `yaml:"axes"`
	Stakes      []Stake      `yaml:"stakes,omitempty"`
	Objectives  []Objective  `yaml:"objectives,omitempty"`
	Commitments []Commitment `yaml:"commitments,omitempty"`
	KeyFigures  []KeyFigure  `yaml:"key_figures,omitempty"`
	Bodies      []Body       `yaml:"governance_bodies,omitempty"`
	Periods     []Period     `yaml:"periods"`
	Lists       []List       `yaml:"lists"`
	Measures    []Measure    `yaml:"measures"`
	Indicators  []Indicator  `yaml:"indicators"`
	Rules       []Rule       `yaml:"rules,omitempty"`
}

// Problem is one thing to put right in a file.
type Problem struct {
	File    string // as given to Read
	Line    int    // from 1
	Field   string // its path, e.g. "measures[3].kind", the third measure; "" for the whole file
	Message string // a French sentence
}

// String writes the problem as a compiler would, so that editors can jump to it.
func (p Problem) String() string {
	if p.Field == "" {
		return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Message)
	}
	return fmt.Sprintf("%s:%d: %s : %s", p.File, p.Line, p.Field, p.Message)
}

// Problems is all that is to put right in a file, in the order of its lines.
type Problems []Problem

// Error lists the problems, one a line.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// header opens every file that Write makes.
const header = `# Une convention en un fichier, à lire avec « copil convention check|import ».
# Le format est décrit champ par champ dans docs/convention-file.md. En bref :
#  - agreement : la convention (dates, territoire) et ce que dit l’acte (act) ;
#  - articles, footnotes : le texte intégral, tel qu’il est écrit, fautes comprises ;
#    un article absent de la source porte « missing: true », sans texte inventé ;
#  - parties, axes, stakes, objectives, commitments, key_figures, governance_bodies :
#    tout champ « quoted », « …_quoted », « quotes », « items » ou signer_… doit être
#    un extrait exact du texte (de l’article cité quand il y a article_no) ;
#  - periods : les périodes de recueil ; lists : les listes de référence ;
#  - measures : ce qui est recueilli, une seule fois ; indicators : ce qui s’en déduit ;
#  - rules : ce que les chiffres saisis doivent respecter.
# Les mots anglais sont des codes fixes ; le français se lit à l’écran.
`
