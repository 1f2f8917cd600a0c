package app

import (
	"dateline/internal/relay/counsel"
	"dateline/internal/store/stem"
	"dateline/internal/talk"
)

// advise has the discussions of a site ask those that editions may want to be asked.
func (s *Site) advise() error {
	h := s.House
	s.learner = talk.NewLearner(h.Store.Talk, h.Store, stem.Of, func() map[string]string {
		all := h.Directory().Editions
		out := make(map[string]string, len(all))
		for _, e := range all {
			out[e.Slug] = e.Language
		}
		return out
	}, s.Config.Log)
	through, err := outward(s.Config)
	if err != nil {
		return err
	}
	s.letGoOf = append(s.letGoOf, through.CloseIdleConnections)
	s.outside = counsel.New(through, s.Config.Clock)
	h.Talk.Advise(s.learner, s.outside)
	return nil
}
