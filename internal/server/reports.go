package server

import (
	"bytes"
	"errors"
	"io"
	"net/http"

	"copil/internal/access"
	"copil/internal/convention"
	"copil/internal/document/odt"
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
	if !r.Actor.Can(access.ReportRead) { // a report shows small numbers: it is for the parties until a masked one exists
		return page("Bilans", r.crumbs(), reports.Announced(v)), nil
	}
	return page("Bilans", r.crumbs(), reports.Index(v)), nil
}

// source reads what the report that the path names is built from, in one round trip.
func (r *Request) source() (*report.Source, error) {
	b := r.Tx.Batch()
	source := report.Load(b, r.Param("periode"), r.Today)
	return source, b.Send(r.Context())
}

func (s *server) reportShow(r *Request) (Reply, error) {
	source, err := r.source()
	if err != nil {
		return Reply{}, err
	}
	return later(func() (Reply, error) {
		built, err := source.Build()
		if closed, ok := errors.AsType[*fault.Error](err); ok && closed.Kind == fault.Conflict {
			return r.closedReport(built, closed, false), nil
		}
		if err != nil {
			return Reply{}, err
		}
		v := reports.ShowView{Report: built, Href: func(extension string) string {
			return r.Path("bilans", built.Period.PeriodCode) + extension
		}}
		return page("Bilan, "+built.Period.Label, r.crumbs(ui.Link{Label: "Bilans", Href: r.Path("bilans")}), reports.Show(v)), nil
	}), nil
}

// closedReport stands in for the report of a period that is not open. A program
// that asked for a file is told by the status that this is none.
func (r *Request) closedReport(built report.Report, closed *fault.Error, file bool) Reply {
	back := ui.Link{Label: "Bilans", Href: r.Path("bilans")}
	title := "Bilan, " + built.Period.Label
	reply := page(title, r.crumbs(back), reports.Closed(title, closed.Message, back))
	if file {
		reply.status = http.StatusConflict
	}
	return reply
}

// Types of the files of a report.
const (
	pdfType  = "application/pdf"
	xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	csvType  = "text/csv; charset=utf-8"
)

func (s *server) reportPDF(r *Request) (Reply, error) {
	return s.reportFile(r, ".pdf", pdfType, report.PDF)
}

func (s *server) reportODT(r *Request) (Reply, error) {
	return s.reportFile(r, ".odt", odt.Type, report.ODT)
}

func (s *server) reportXLSX(r *Request) (Reply, error) {
	return s.reportFile(r, ".xlsx", xlsxType, report.XLSX)
}

func (s *server) reportCSV(r *Request) (Reply, error) {
	return s.reportFile(r, ".csv", csvType, report.CSV)
}

func (s *server) reportFile(r *Request, extension, contentType string, write func(io.Writer, report.Report) error) (Reply, error) {
	source, err := r.source()
	if err != nil {
		return Reply{}, err
	}
	return later(func() (Reply, error) {
		free, err := s.inTurn(r.Context())
		if err != nil {
			return Reply{}, err
		}
		defer free()
		built, err := source.Build()
		if closed, ok := errors.AsType[*fault.Error](err); ok && closed.Kind == fault.Conflict {
			return r.closedReport(built, closed, true), nil
		}
		if err != nil {
			return Reply{}, err
		}
		var file bytes.Buffer
		if err := write(&file, built); err != nil {
			return Reply{}, err
		}
		return download(built.Name+extension, contentType, file.Bytes()), nil
	}), nil
}
