package server

import (
	"bytes"
	"errors"
	"io"

	"copil/internal/convention"
	"copil/internal/fault"
	"copil/internal/report"
	"copil/templates/reports"
	"copil/templates/ui"
)

func (s *server) reportIndex(r *Request) (Reply, error) {
	b := r.Tx.Batch()
	periods := convention.Periods(b)
	if err := b.Send(r.Context()); err != nil {
		return Reply{}, err
	}
	v := reports.IndexView{Today: r.Today, Periods: periods.All, Href: func(period, extension string) string {
		return r.Path("bilans", period) + extension
	}}
	return page("Bilans", r.crumbs(), reports.Index(v)), nil
}

// report reads and builds the report that the path names, in one round trip.
func (r *Request) report() (report.Report, error) {
	b := r.Tx.Batch()
	source := report.Load(b, r.Param("periode"), r.Today)
	if err := b.Send(r.Context()); err != nil {
		return report.Report{}, err
	}
	return source.Build()
}

func (s *server) reportShow(r *Request) (Reply, error) {
	built, err := r.report()
	back := ui.Link{Label: "Bilans", Href: r.Path("bilans")}
	title := "Bilan, " + built.Period.Label
	if closed, ok := errors.AsType[*fault.Error](err); ok && closed.Kind == fault.Conflict {
		return page(title, r.crumbs(back), reports.Closed(title, closed.Message, back)), nil
	}
	if err != nil {
		return Reply{}, err
	}
	v := reports.ShowView{Report: built, Href: func(extension string) string {
		return r.Path("bilans", built.Period.PeriodCode) + extension
	}}
	return page(title, r.crumbs(back), reports.Show(v)), nil
}

// Types of the files of a report.
const (
	pdfType  = "application/pdf"
	xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	csvType  = "text/csv; charset=utf-8"
)

func (s *server) reportPDF(r *Request) (Reply, error) {
	return r.reportFile(".pdf", pdfType, report.PDF)
}

func (s *server) reportXLSX(r *Request) (Reply, error) {
	return r.reportFile(".xlsx", xlsxType, report.XLSX)
}

func (s *server) reportCSV(r *Request) (Reply, error) {
	return r.reportFile(".csv", csvType, report.CSV)
}

func (r *Request) reportFile(extension, contentType string, write func(io.Writer, report.Report) error) (Reply, error) {
	built, err := r.report()
	if err != nil {
		return Reply{}, err
	}
	var file bytes.Buffer
	if err := write(&file, built); err != nil {
		return Reply{}, err
	}
	return download(built.Name+extension, contentType, file.Bytes()), nil
}
