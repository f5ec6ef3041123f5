package demo

import "time"

// The semesters that have figures, in order.
var semesters = []string{"2013-S1", "2013-S2", "2014-S1", "2014-S2"}

const known = 4 // how many they are

// semesterEnds are their last days.
var semesterEnds = [known]time.Time{date(2013, 6, 30), date(2013, 12, 31), date(2014, 6, 30), date(2014, 12, 31)}

func date(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// jobTypes are the items of the list "job_type", in the order of every staff below.
var jobTypes = []string{"ADULTE_RELAIS", "EMPLOI_AVENIR", "CUI_CAE", "CDI", "CDD", "TITULAIRE", "CONTRACTUEL_PUBLIC"}

const (
	relais = iota // index in jobTypes
	avenir
	firstOther // those that follow share what is left of a staff
)

// count is a place on the last day of a semester.
type count struct {
	people       int
	fte          int64 // hundredths
	open, filled int   // posts
}

// place is where an employer works: one site, or everything off-site.
type place struct {
	site   string // code, "" off-site
	before int    // posts open on 31 December 2012
	at     [known]count
}

// employer is one structure and all that is told of it.
type employer struct {
	code, name   string
	operatorType string
	commune      string // seat
	login        string // local part of the e-mail of who enters its figures
	places       []place
	staff        []int // by job type, 2014-S1
	women        int   // among them
	relais       [known]int
	consolidated [known]int // cumulated since 2013; what was created follows from places
	turnover     [known]flow
}

// flow is who came and who left during a semester.
type flow struct{ entries, exits int }

// employers are the twelve structures (fictive). C2 has two half-time people on
// one post of S6 at the end of 2014: thirteen posts open, eleven filled, twelve people.
var employers = []employer{
	{
		code: "P1", name: "Beffrois Médiation", operatorType: "PRESTATAIRE", commune: "59350", login: "beffrois",
		places: []place{
			{"S1", 10, [known]count{{12, 1150, 12, 12}, {13, 1250, 14, 13}, {17, 1630, 18, 17}, {19, 1825, 20, 19}}},
			{"", 198, [known]count{{194, 18625, 200, 194}, {198, 19010, 202, 198}, {202, 19390, 206, 202}, {207, 19870, 212, 207}}},
		},
		staff: []int{15, 18, 12, 152, 22, 0, 0}, women: 98, relais: [known]int{14, 14, 15, 15},
		consolidated: [known]int{8, 18, 34, 46}, turnover: [known]flow{{}, {17, 12}, {21, 13}, {20, 13}},
	},
	{
		code: "P2", name: "Escaut Lien Services", operatorType: "PRESTATAIRE", commune: "59606", login: "escaut",
		places: []place{
			{"S3", 4, [known]count{{4, 380, 4, 4}, {5, 475, 5, 5}, {6, 570, 6, 6}, {6, 570, 7, 6}}},
			{"S4", 14, [known]count{{15, 1425, 16, 15}, {17, 1615, 18, 17}, {22, 2090, 24, 22}, {25, 2375, 26, 25}}},
			{"", 155, [known]count{{152, 14440, 156, 152}, {153, 14535, 157, 153}, {156, 14820, 160, 156}, {159, 15105, 162, 159}}},
		},
		staff: []int{12, 14, 10, 128, 20, 0, 0}, women: 84, relais: [known]int{11, 11, 12, 12},
		consolidated: [known]int{5, 12, 22, 30}, turnover: [known]flow{{}, {14, 10}, {19, 10}, {17, 11}},
	},
	{
		code: "P3", name: "Rivages", operatorType: "PRESTATAIRE", commune: "59183", login: "rivages",
		places: []place{
			{"S5", 12, [known]count{{13, 1235, 14, 13}, {16, 1520, 16, 16}, {19, 1805, 20, 19}, {4, 380, 6, 4}}},
			{"", 130, [known]count{{126, 11970, 130, 126}, {127, 12065, 131, 127}, {132, 12540, 135, 132}, {134, 12730, 138, 134}}},
		},
		staff: []int{14, 11, 9, 99, 18, 0, 0}, women: 66, relais: [known]int{11, 12, 14, 9},
		consolidated: [known]int{4, 9, 16, 20}, turnover: [known]flow{{}, {12, 8}, {17, 9}, {6, 19}},
	},
	{
		code: "A1", name: "Association Passerelle", operatorType: "ASSOCIATION", commune: "59512", login: "passerelle",
		places: []place{{"S1", 3, [known]count{{3, 260, 3, 3}, {3, 260, 3, 3}, {3, 260, 3, 3}, {3, 260, 3, 3}}}},
		staff:  []int{2, 1, 0, 0, 0, 0, 0}, women: 2, relais: [known]int{2, 2, 2, 2},
		consolidated: [known]int{0, 0, 0, 1},
	},
	{
		code: "A2", name: "Association Le Terril Vert", operatorType: "ASSOCIATION", commune: "62498", login: "terril-vert",
		places: []place{{"S2", 14, [known]count{{14, 1290, 15, 14}, {16, 1470, 17, 16}, {19, 1750, 20, 19}, {21, 1930, 22, 21}}}},
		staff:  []int{8, 4, 2, 4, 1, 0, 0}, women: 11, relais: [known]int{6, 7, 8, 8},
		consolidated: [known]int{0, 2, 4, 6}, turnover: [known]flow{{}, {3, 1}, {4, 1}, {3, 1}},
	},
	{
		code: "A3", name: "Association Sambre Entraide", operatorType: "ASSOCIATION", commune: "59392", login: "sambre-entraide",
		places: []place{{"S3", 11, [known]count{{11, 1025, 11, 11}, {12, 1115, 12, 12}, {15, 1395, 15, 15}, {16, 1490, 16, 16}}}},
		staff:  []int{9, 2, 1, 3, 0, 0, 0}, women: 9, relais: [known]int{7, 7, 9, 9},
		consolidated: [known]int{0, 1, 3, 3}, turnover: [known]flow{{}, {2, 1}, {4, 1}, {2, 1}},
	},
	{
		code: "A4", name: "Les Passeurs du Ternois", operatorType: "ASSOCIATION", commune: "62767", login: "passeurs",
		places: []place{{"", 2, [known]count{{2, 150, 2, 2}, {2, 150, 2, 2}, {2, 150, 2, 2}, {2, 150, 2, 2}}}},
		staff:  []int{0, 1, 1, 0, 0, 0, 0}, women: 2,
	},
	{
		code: "C1", name: "Communauté des Deux-Terrils", operatorType: "COLLECTIVITE", commune: "62427", login: "deux-terrils",
		places: []place{{"", 12, [known]count{{12, 1165, 12, 12}, {12, 1165, 12, 12}, {13, 1260, 13, 13}, {13, 1260, 13, 13}}}},
		staff:  []int{3, 2, 0, 0, 0, 6, 2}, women: 6, relais: [known]int{3, 3, 3, 3},
		consolidated: [known]int{0, 2, 4, 5}, turnover: [known]flow{{}, {1, 1}, {2, 1}, {1, 1}},
	},
	{
		code: "C2", name: "Service intercommunal de la Liane", operatorType: "COLLECTIVITE", commune: "62160", login: "liane",
		places: []place{
			{"S6", 4, [known]count{{4, 360, 5, 4}, {6, 540, 7, 6}, {10, 900, 11, 10}, {12, 990, 13, 11}}},
			{"", 6, [known]count{{6, 570, 6, 6}, {6, 570, 6, 6}, {6, 570, 6, 6}, {6, 570, 6, 6}}},
		},
		staff: []int{5, 3, 1, 0, 0, 4, 3}, women: 9, relais: [known]int{2, 3, 5, 6},
		consolidated: [known]int{0, 2, 5, 7}, turnover: [known]flow{{}, {3, 1}, {5, 1}, {3, 1}},
	},
	{
		code: "B1", name: "Habitat des Deux-Rives", operatorType: "BAILLEUR", commune: "59178", login: "deux-rives",
		places: []place{{"", 10, [known]count{{9, 900, 10, 9}, {9, 900, 10, 9}, {10, 1000, 10, 10}, {10, 1000, 11, 10}}}},
		staff:  []int{0, 0, 0, 9, 1, 0, 0}, women: 5,
		consolidated: [known]int{0, 3, 5, 6}, turnover: [known]flow{{}, {1, 1}, {2, 1}, {1, 1}},
	},
	{
		code: "M1", name: "Point services d’Artois", operatorType: "ASSEMBLIER", commune: "62119", login: "artois",
		places: []place{
			{"S8", 4, [known]count{{4, 350, 5, 4}, {6, 530, 7, 6}, {8, 705, 9, 8}, {8, 705, 9, 8}}},
			{"", 4, [known]count{{4, 360, 4, 4}, {4, 360, 4, 4}, {4, 360, 4, 4}, {4, 360, 4, 4}}},
		},
		staff: []int{4, 2, 1, 4, 1, 0, 0}, women: 8, relais: [known]int{3, 3, 4, 4},
		consolidated: [known]int{0, 0, 2, 3}, turnover: [known]flow{{}, {2, 0}, {3, 1}, {1, 1}},
	},
	{
		// Silent in 2014-S2: its posts are as they were, its figures not handed in.
		code: "M2", name: "Point services du Cambrésis", operatorType: "ASSEMBLIER", commune: "59122", login: "cambresis",
		places: []place{{"", 6, [known]count{{6, 540, 6, 6}, {6, 540, 6, 6}, {7, 630, 7, 7}, {0, 0, 7, 7}}}},
		staff:  []int{2, 0, 1, 3, 1, 0, 0}, women: 5, relais: [known]int{2, 2, 2, 0},
		consolidated: [known]int{0, 0, 1, 1}, turnover: [known]flow{{}, {0, 0}, {1, 0}, {}},
	},
}

// avenirTotals are the emplois d'avenir of all structures that declared.
var avenirTotals = [known]int{22, 34, 58, 62}

// fewPeople is the size under which a structure has a short form.
const fewPeople = 5

// The codes of employers whose 2014-S2 goes its own way.
const (
	returned      = "A3" // sent back for correction: outside every total
	silent        = "M2" // not handed in
	viaMission    = "C1" // entered by the mission, validated by the Region
	moving        = "P3" // lost most of its site S5
	suspendedSite = "S5"
)

// region is what the State enters for the whole region.
type region struct {
	nord, pasDeCalais [3]int // adultes-relais notified, under agreement, filled
	avenir            int
}

var regional = [known]region{
	{[3]int{306, 291, 268}, [3]int{125, 118, 110}, 41},
	{[3]int{306, 297, 274}, [3]int{125, 121, 112}, 96},
	{[3]int{328, 306, 281}, [3]int{134, 125, 114}, 148},
	{[3]int{334, 317, 292}, [3]int{136, 129, 120}, 171},
}

// What the mission enters of its own work. The number of deciders is not told
// elsewhere: an order of magnitude.
var (
	promotionActions    = [known]int{2, 4, 9, 11}
	supportedStructures = [known]int{6, 9, 14, 15}
	supportedDeciders   = [known]int{2, 3, 6, 8}
)

// Local development plans (PLDE), as the Region enters them for 2014-S2.
const plans, plansWithSection = 22, 3

// certifiedTotals are the people who hold a certificate, among those who declared;
// zero where nobody was asked. The last one is an order of magnitude.
var certifiedTotals = [known]int{0, 0, 118, 121}
