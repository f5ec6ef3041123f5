package server

import (
	"copil/internal/account"
	"copil/templates/accounts"
)

func (s *server) adminIndex(r *Request) (Reply, error) {
	held, hosted, err := account.Directory(r.Context(), s.System, r.Today)
	if err != nil {
		return Reply{}, err
	}
	return page("Administration", nil, accounts.Admin(accounts.AdminView{Conventions: hosted, Accounts: held})), nil
}
