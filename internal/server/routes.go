package server

import (
	"net/http"
	"strings"

	"copil/internal/access"
	"copil/internal/account"
	"copil/internal/attachment"
	"copil/internal/sheet"
)

const (
	get  = http.MethodGet
	post = http.MethodPost
)

// anyone marks a page that is open without signing in. No role holds it: serve
// asks for nothing there.
const anyone access.Permission = "anyone"

// Limits of a request's body, in bytes.
const (
	none  = 0
	small = 64 << 10  // an ordinary form
	large = 512 << 10 // the form of a submission
	file  = 2 << 20   // a convention's file

	upload = sheet.MaxBytes + small      // a form with a file of figures
	paper  = attachment.MaxBytes + small // a form with a paper
)

// route is one page or action, the permission it takes and the largest body it
// accepts. Its fields are written without names, so that leaving one out does
// not compile.
type route struct {
	method  string
	pattern string
	needs   access.Permission
	body    int64
	handle  handler
}

// inConvention reports whether the route runs in a convention's transaction.
func (rt route) inConvention() bool { return strings.HasPrefix(rt.pattern, "/c/{slug}") }

// ofPosts reports whether the route is about posts alone, which a convention may
// do without.
func (rt route) ofPosts() bool {
	return strings.HasPrefix(rt.pattern, "/c/{slug}/emplois") || strings.HasPrefix(rt.pattern, "/c/{slug}/financements/horizon")
}

func (s *server) routes() []route {
	if s.Caught != nil {
		return append(s.everywhere(), route{get, "/demo/courriels", anyone, none, s.caughtIndex})
	}
	return s.everywhere()
}

func (s *server) everywhere() []route {
	return []route{
		{get, "/", anyone, none, s.home},
		{get, "/connexion", anyone, none, s.signInForm},
		{post, "/connexion", anyone, small, s.signIn},
		{post, "/deconnexion", anyone, small, s.signOut},
		{get, "/mot-de-passe-oublie", anyone, none, s.forgottenForm},
		{post, "/mot-de-passe-oublie", anyone, small, s.forgotten},
		{get, "/mot-de-passe-oublie/{token}", anyone, none, s.linkForm(account.ForReset)},
		{post, "/mot-de-passe-oublie/{token}", anyone, small, s.linkUse(account.ForReset)},
		{get, "/invitation/{token}", anyone, none, s.linkForm(account.ForInvitation)},
		{post, "/invitation/{token}", anyone, small, s.linkUse(account.ForInvitation)},
		{get, "/accessibilite", anyone, none, s.accessibility},
		{get, "/mentions-legales", anyone, none, s.legal},
		{get, "/compte", access.SignedIn, none, s.accountShow},
		{post, "/compte/profil", access.SignedIn, small, s.profileSwitch},
		{post, "/compte/mot-de-passe", access.SignedIn, small, s.passwordChange},
		{post, "/compte/sessions", access.SignedIn, small, s.sessionsEnd},
		{get, "/admin", access.PlatformAdmin, none, s.adminIndex},
		{get, "/admin/conventions/nouvelle", access.PlatformAdmin, none, s.adminConventionNew},
		{get, "/admin/conventions/exemple", access.PlatformAdmin, none, s.adminConventionExample},
		{get, "/admin/conventions/guide", access.PlatformAdmin, none, s.adminConventionGuide},
		{post, "/admin/conventions", access.PlatformAdmin, file, s.adminConventionCreate},
		{get, "/admin/conventions/{convention}", access.PlatformAdmin, none, s.adminInviteForm},
		{post, "/admin/conventions/{convention}", access.PlatformAdmin, small, s.adminInvite},
		{get, "/admin/comptes/{id}", access.PlatformAdmin, none, s.adminAccount},
		{post, "/admin/comptes/{id}", access.PlatformAdmin, small, s.adminAccountClose},

		{get, "/c/{slug}/theme.css", access.ConventionRead, none, s.theme},
		{get, "/c/{slug}/convention", access.ConventionRead, none, s.conventionShow},
		{get, "/c/{slug}/convention/constats/{constat}", access.GovernanceWrite, none, s.noteForm(s.noteOfFinding)},
		{post, "/c/{slug}/convention/constats/{constat}", access.GovernanceWrite, small, s.noteRecord(s.noteOfFinding)},
		{get, "/c/{slug}/convention/engagements", access.CommitmentRead, none, s.clauseIndex},
		{get, "/c/{slug}/convention/engagements/{engagement}", access.CommitmentRead, none, s.clauseCommitment},
		{get, "/c/{slug}/convention/engagements/{engagement}/indicateurs", access.PlanWrite, none, s.clauseIndicators},
		{post, "/c/{slug}/convention/engagements/{engagement}/indicateurs", access.PlanWrite, small, s.clauseLink},
		{get, "/c/{slug}/convention/engagements/{engagement}/{partie}/{annee}", access.CommitmentRead, none, s.clauseShow},
		{post, "/c/{slug}/convention/engagements/{engagement}/{partie}/{annee}", access.CommitmentReview, small, s.clauseChange},
		{get, "/c/{slug}/convention/engagements/{engagement}/{partie}/{annee}/note", access.GovernanceWrite, none, s.noteForm(s.noteOfClause)},
		{post, "/c/{slug}/convention/engagements/{engagement}/{partie}/{annee}/note", access.GovernanceWrite, small, s.noteRecord(s.noteOfClause)},
		{get, "/c/{slug}", access.FigureRead, none, s.dashboard},
		{get, "/c/{slug}/sites", access.ConventionRead, none, s.siteIndex},
		{get, "/c/{slug}/sites/nouveau", access.SiteWrite, none, s.siteNew},
		{post, "/c/{slug}/sites", access.SiteWrite, small, s.siteCreate},
		{get, "/c/{slug}/sites/{id}", access.ConventionRead, none, s.siteShow},
		{get, "/c/{slug}/sites/{id}/modifier", access.SiteWrite, none, s.siteEdit},
		{post, "/c/{slug}/sites/{id}/modifier", access.SiteWrite, small, s.siteUpdate},
		{post, "/c/{slug}/sites/{id}/structures", access.SiteWrite, small, s.siteAttach},
		{post, "/c/{slug}/sites/{id}/etat", access.SiteWrite, small, s.siteChangeState},
		{get, "/c/{slug}/structures", access.FigureRead, none, s.structureIndex}, // typed by hand
		{get, "/c/{slug}/structures/nouvelle", access.SiteWrite, none, s.structureNew},
		{post, "/c/{slug}/structures", access.SiteWrite, small, s.structureCreate},
		{get, "/c/{slug}/structures/{id}", access.FigureRead, none, s.structureShow},
		{get, "/c/{slug}/emplois", access.FigureRead, none, s.jobIndex},
		{post, "/c/{slug}/emplois", access.PostWrite, small, s.postCreate},
		{get, "/c/{slug}/emplois/mutualises", access.CollectRead, none, s.poolIndex},
		{get, "/c/{slug}/emplois/mutualises/{id}", access.CollectRead, none, s.poolShow},
		{post, "/c/{slug}/emplois/mutualises/{id}", access.PostWrite, small, s.poolSave},
		{get, "/c/{slug}/emplois/{id}", access.PostWrite, none, s.postEdit},
		{post, "/c/{slug}/emplois/{id}", access.PostWrite, small, s.postUpdate},
		{get, "/c/{slug}/emplois/{id}/retirer", access.PostWrite, none, s.postWithdrawal},
		{post, "/c/{slug}/emplois/{id}/retirer", access.PostWrite, small, s.postWithdraw},
		{get, "/c/{slug}/indicateurs", access.FigureRead, none, s.indicatorIndex},
		{get, "/c/{slug}/indicateurs/{code}", access.FigureRead, none, s.indicatorShow},
		{get, "/c/{slug}/saisies", access.CollectRead, none, s.campaignIndex},
		{get, "/c/{slug}/saisies/{periode}", access.CollectRead, none, s.campaignShow},
		{get, "/c/{slug}/saisies/{periode}/ouverture", access.CampaignWrite, none, s.campaignOpening},
		{post, "/c/{slug}/saisies/{periode}/ouverture", access.CampaignWrite, large, s.campaignOpen},
		{get, "/c/{slug}/saisies/{periode}/prolongation", access.CampaignWrite, none, s.campaignShow}, // reloaded
		{post, "/c/{slug}/saisies/{periode}/prolongation", access.CampaignWrite, small, s.campaignExtend},
		{get, "/c/{slug}/saisies/{periode}/cloture", access.CampaignWrite, none, s.campaignShow}, // reloaded
		{post, "/c/{slug}/saisies/{periode}/cloture", access.CampaignWrite, small, s.campaignClose},
		{get, "/c/{slug}/saisies/{periode}/valider", access.FigureValidate, none, s.campaignShow}, // reloaded
		{post, "/c/{slug}/saisies/{periode}/valider", access.FigureValidate, small, s.campaignValidate},
		{get, "/c/{slug}/saisies/{periode}/relancer", access.CampaignWrite, none, s.campaignShow}, // reloaded
		{post, "/c/{slug}/saisies/{periode}/relancer", access.CampaignWrite, small, s.campaignRemind},
		{post, "/c/{slug}/saisies/{periode}", access.FigureWrite, small, s.submissionBegin},
		{get, "/c/{slug}/saisies/{periode}/modele.xlsx", access.FigureWrite, none, s.templateOfPeriod},
		{get, "/c/{slug}/saisies/{periode}/modele.csv", access.FigureWrite, none, s.templateOfPeriod},
		{get, "/c/{slug}/saisies/{periode}/import", access.FigureWrite, none, s.importNew},
		{post, "/c/{slug}/saisies/{periode}/import", access.FigureWrite, upload, s.importSend},
		{get, "/c/{slug}/saisies/{periode}/import/{import}", access.FigureWrite, none, s.importShow},
		{post, "/c/{slug}/saisies/{periode}/import/{import}", access.FigureWrite, small, s.importConfirm},
		{get, "/c/{slug}/saisies/{periode}/{id}", access.FigureRead, none, s.submissionShow},
		{get, "/c/{slug}/saisies/{periode}/{id}/modele.xlsx", access.FigureWrite, none, s.templateOfSubmission},
		{get, "/c/{slug}/saisies/{periode}/{id}/modele.csv", access.FigureWrite, none, s.templateOfSubmission},
		{post, "/c/{slug}/saisies/{periode}/{id}", access.FigureWrite, large, s.submissionSave},
		{post, "/c/{slug}/saisies/{periode}/{id}/valider", access.FigureValidate, small, s.submissionValidate},
		{post, "/c/{slug}/saisies/{periode}/{id}/renvoyer", access.FigureValidate, small, s.submissionReturn},
		{post, "/c/{slug}/saisies/{periode}/{id}/remarque", access.FigureValidate, small, s.submissionRemark},
		{get, "/c/{slug}/saisies/{periode}/{id}/rouvrir", access.CampaignWrite, none, s.submissionReopening},
		{post, "/c/{slug}/saisies/{periode}/{id}/rouvrir", access.CampaignWrite, small, s.submissionReopen},
		{get, "/c/{slug}/saisies/{periode}/{id}/historique", access.CollectRead, none, s.submissionHistory},
		{get, "/c/{slug}/saisies/{periode}/{id}/rectification", access.CollectRead, none, s.correctionShow},
		{post, "/c/{slug}/saisies/{periode}/{id}/rectification", access.CampaignWrite, large, s.correctionPropose},
		{post, "/c/{slug}/saisies/{periode}/{id}/rectification/accepter", access.FigureValidate, small, s.correctionAccept},
		{post, "/c/{slug}/saisies/{periode}/{id}/rectification/refuser", access.FigureValidate, small, s.correctionRefuse},
		{get, "/c/{slug}/bilans", access.FigureRead, none, s.reportIndex},
		{get, "/c/{slug}/bilans/{periode}", access.ReportRead, none, s.reportShow},
		{get, "/c/{slug}/bilans/{periode}.pdf", access.ReportRead, none, s.reportPDF},
		{get, "/c/{slug}/bilans/{periode}.odt", access.ReportRead, none, s.reportODT},
		{get, "/c/{slug}/bilans/{periode}.xlsx", access.ReportRead, none, s.reportXLSX},
		{get, "/c/{slug}/bilans/{periode}.csv", access.ReportRead, none, s.reportCSV},
		{get, "/c/{slug}/gouvernance", access.GovernanceRead, none, s.meetingIndex},
		{get, "/c/{slug}/gouvernance/reunions/nouvelle", access.GovernanceWrite, none, s.meetingNew},
		{post, "/c/{slug}/gouvernance/reunions", access.GovernanceWrite, small, s.meetingPlan},
		{get, "/c/{slug}/gouvernance/reunions/{reunion}", access.GovernanceRead, none, s.meetingShow},
		{post, "/c/{slug}/gouvernance/reunions/{reunion}/etat", access.GovernanceWrite, small, s.meetingMove},
		{post, "/c/{slug}/gouvernance/reunions/{reunion}/points", access.GovernanceWrite, small, s.meetingItem},
		{post, "/c/{slug}/gouvernance/reunions/{reunion}/presences", access.GovernanceWrite, small, s.meetingSeat},
		{post, "/c/{slug}/gouvernance/reunions/{reunion}/releve", access.GovernanceWrite, large, s.meetingMinutes},
		{post, "/c/{slug}/gouvernance/reunions/{reunion}/approbations", access.GovernanceDecide, small, s.meetingApprove},
		{post, "/c/{slug}/gouvernance/reunions/{reunion}/pieces", access.GovernanceWrite, paper, s.meetingAttach},
		{get, "/c/{slug}/gouvernance/reunions/{reunion}/pieces/{piece}", access.GovernanceRead, none, s.meetingPaper},
		{get, "/c/{slug}/gouvernance/decisions", access.GovernanceRead, none, s.decisionIndex},
		{get, "/c/{slug}/gouvernance/decisions/nouvelle", access.GovernancePropose, none, s.decisionNew},
		{post, "/c/{slug}/gouvernance/decisions", access.GovernancePropose, small, s.decisionPropose},
		{get, "/c/{slug}/gouvernance/decisions/{decision}", access.GovernanceRead, none, s.decisionShow},
		{post, "/c/{slug}/gouvernance/decisions/{decision}/ordre-du-jour", access.GovernanceWrite, small, s.decisionList},
		{post, "/c/{slug}/gouvernance/decisions/{decision}/issue", access.GovernanceDecide, small, s.decisionDecide},
		{post, "/c/{slug}/gouvernance/decisions/{decision}/execution", access.GovernanceWrite, small, s.decisionExecute},
		{post, "/c/{slug}/gouvernance/decisions/{decision}/suivi", access.GovernancePropose, paper, s.decisionFollow},
		{post, "/c/{slug}/gouvernance/decisions/{decision}/abandon", access.GovernanceWrite, small, s.decisionAbandon},
		{get, "/c/{slug}/gouvernance/decisions/{decision}/pieces/{piece}", access.GovernanceRead, none, s.decisionPaper},
		{get, "/c/{slug}/financements", access.MoneyRead, none, s.fundingIndex},
		{post, "/c/{slug}/financements", access.MoneyWrite, small, s.lineCreate},
		{get, "/c/{slug}/financements.csv", access.MoneyRead, none, s.fundingCSV},
		{get, "/c/{slug}/financements.xlsx", access.MoneyRead, none, s.fundingXLSX},
		{get, "/c/{slug}/financements/nouveau", access.MoneyWrite, none, s.lineNew},
		{get, "/c/{slug}/financements/horizon", access.MoneyRead, none, s.horizonShow},
		{post, "/c/{slug}/financements/horizon", access.MoneyWrite, small, s.resourceCreate},
		{get, "/c/{slug}/financements/horizon/nouvelle", access.MoneyWrite, none, s.resourceNew},
		{get, "/c/{slug}/financements/horizon/{ressource}/retirer", access.MoneyWrite, none, s.resourceWithdrawal},
		{post, "/c/{slug}/financements/horizon/{ressource}/retirer", access.MoneyWrite, small, s.resourceWithdraw},
		{get, "/c/{slug}/financements/{id}", access.MoneyRead, none, s.fundingShow},
		{get, "/c/{slug}/financements/{id}/modifier", access.MoneyWrite, none, s.lineEdit},
		{post, "/c/{slug}/financements/{id}/modifier", access.MoneyWrite, small, s.lineUpdate},
		{get, "/c/{slug}/financements/{id}/etapes", access.MoneyRead, none, s.fundingShow}, // reloaded
		{post, "/c/{slug}/financements/{id}/etapes", access.MoneyWrite, small, s.fundingRecord},
		{get, "/c/{slug}/financements/{id}/etapes/{etape}", access.MoneyWrite, none, s.fundingUndoForm},
		{post, "/c/{slug}/financements/{id}/etapes/{etape}", access.MoneyWrite, small, s.fundingUndo},
		{get, "/c/{slug}/journal", access.LogRead, none, s.journalIndex},
		{get, "/c/{slug}/recherche", access.ConventionRead, none, s.searchIndex},
		{get, "/c/{slug}/reglages", access.SettingsRead, none, s.settingsShow},
		{get, "/c/{slug}/reglages/convention.yaml", access.SettingsRead, none, s.conventionFile},
		{get, "/c/{slug}/reglages/membres", access.MemberWrite, none, s.memberIndex},
		{post, "/c/{slug}/reglages/membres", access.MemberWrite, small, s.memberInvite},
		{get, "/c/{slug}/reglages/membres/nouveau", access.MemberWrite, none, s.memberNew},
		{get, "/c/{slug}/reglages/membres/{id}", access.MemberWrite, none, s.memberShow},
		{post, "/c/{slug}/reglages/membres/{id}", access.MemberWrite, small, s.memberUpdate},
		{post, "/c/{slug}/reglages/membres/{id}/invitation", access.MemberWrite, small, s.memberReinvite},
		{post, "/c/{slug}/reglages/membres/{id}/montants", access.MemberWrite, small, s.memberMoney},
		{post, "/c/{slug}/reglages/membres/{id}/retrait", access.MemberWrite, small, s.memberWithdraw},
		{post, "/c/{slug}/reglages/courriels", access.CampaignWrite, small, s.mailResend},
		{get, "/c/{slug}/reglages/{section}", access.SettingsRead, none, s.settingsShow},
	}
}
