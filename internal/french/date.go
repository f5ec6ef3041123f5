package french

import (
	"fmt"
	"strconv"
	"time"
)

var months = [...]string{
	"janvier", "février", "mars", "avril", "mai", "juin",
	"juillet", "août", "septembre", "octobre", "novembre", "décembre",
}

var weekdays = [...]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}

// Date writes « 6 décembre 2013 », « 1er janvier 2015 ».
func Date(t time.Time) string {
	return DayMonth(t) + " " + strconv.Itoa(t.Year())
}

// DayMonth writes « 14 avril », « 1er juillet ».
func DayMonth(t time.Time) string {
	day := strconv.Itoa(t.Day())
	if t.Day() == 1 {
		day = "1er"
	}
	return day + " " + months[t.Month()-1]
}

// Month writes « mars 2015 ».
func Month(t time.Time) string {
	return months[t.Month()-1] + " " + strconv.Itoa(t.Year())
}

// LongDate writes « mardi 14 avril 2015 ».
func LongDate(t time.Time) string {
	return weekdays[t.Weekday()] + " " + Date(t)
}

// ShortDate writes « 06/12/2013 ».
func ShortDate(t time.Time) string {
	return t.Format("02/01/2006")
}

// Time writes « 9 h », « 14 h 05 », in t's own location.
func Time(t time.Time) string {
	if t.Minute() == 0 {
		return fmt.Sprintf("%d"+space+"h", t.Hour())
	}
	return fmt.Sprintf("%d"+space+"h"+space+"%02d", t.Hour(), t.Minute())
}

// DateTime writes « 16 mars 2015 à 14 h 05 », in t's own location.
func DateTime(t time.Time) string {
	return Date(t) + " à " + Time(t)
}

// DateRange writes « du 1er janvier 2013 au 31 décembre 2015 », without
// repeating the year when both days share it.
func DateRange(from, to time.Time) string {
	first := Date(from)
	if from.Year() == to.Year() {
		first = DayMonth(from)
	}
	return "du " + first + " au " + Date(to)
}
