package page

import (
	"errors"
	"io/fs"

	"dateline/internal/edition"
)

// Options say what a Renderer works with.
type Options struct {
	Theme     fs.FS                    // a theme's directory; nil takes the default theme
	Addresses func() edition.Addresses // the publication as it is now; called for each page
	Assets    map[string]string        // path of each built file by its plain name: "reader.js" → "/assets/reader.3f9a.js"
}

// Renderer makes pages. It is safe for concurrent use and keeps nothing between pages.
type Renderer struct{}

var errLater = errors.New("page: not made yet")

// New reads and checks the theme. Errors name file and line.
func New(o Options) (*Renderer, error) { return nil, errLater }

// StyleHash is the CSP source of the one inline style on every page: 'sha256-…' with its quotes.
func (r *Renderer) StyleHash() string { return "" }

// Icon is the site's icon, an SVG file served at /icon.svg.
func (r *Renderer) Icon() []byte { return nil }

// MastheadPart renders the shared head of an edition.
func (r *Renderer) MastheadPart(v Masthead) (Part, error) { return Part{}, errLater }

// NewsfeedPart renders the shared newsfeed column of an edition.
func (r *Renderer) NewsfeedPart(v Newsfeed) (Part, error) { return Part{}, errLater }

// FooterPart renders the shared foot of an edition.
func (r *Renderer) FooterPart(v Footer) (Part, error) { return Part{}, errLater }

// Front renders the front of an edition: 200.
func (r *Renderer) Front(v Front) (Page, error) { return Page{}, errLater }

// SectionFront renders a section: 200.
func (r *Renderer) SectionFront(v SectionFront) (Page, error) { return Page{}, errLater }

// Article renders a story: 200.
func (r *Renderer) Article(v Article) (Page, error) { return Page{}, errLater }

// Standing renders a standing page: 200.
func (r *Renderer) Standing(v Standing) (Page, error) { return Page{}, errLater }

// Tag renders the stories of a topic: 200.
func (r *Renderer) Tag(v TagPage) (Page, error) { return Page{}, errLater }

// Author renders the stories of an author: 200.
func (r *Renderer) Author(v AuthorPage) (Page, error) { return Page{}, errLater }

// Search renders the search form with what was found: 200.
func (r *Renderer) Search(v SearchPage) (Page, error) { return Page{}, errLater }

// Newsfeed renders the newsfeed as a page: 200.
func (r *Renderer) Newsfeed(v NewsfeedPage) (Page, error) { return Page{}, errLater }

// History renders the published revisions of an article: 200, or 410 with kinds and times when it was withdrawn.
func (r *Renderer) History(v History) (Page, error) { return Page{}, errLater }

// Corrections renders the list of corrections: 200.
func (r *Renderer) Corrections(v Corrections) (Page, error) { return Page{}, errLater }

// Subscribe renders the offer of feeds at /subscribe: 200.
func (r *Renderer) Subscribe(v Plain) (Page, error) { return Page{}, errLater }

// Discussion renders the page of an article's comments: 200; this version says that there are none yet.
func (r *Renderer) Discussion(v Discussion) (Page, error) { return Page{}, errLater }

// Chats renders the list of chats: 200; this version says that there are none yet.
func (r *Renderer) Chats(v Plain) (Page, error) { return Page{}, errLater }

// Account renders a reader's account: 200; this version says that there are none yet.
func (r *Renderer) Account(v Plain) (Page, error) { return Page{}, errLater }

// SignIn renders the readers' sign-in: 200; this version says that there is none yet.
func (r *Renderer) SignIn(v Plain) (Page, error) { return Page{}, errLater }

// Failure renders an answer that is no page, with the status of v.
func (r *Renderer) Failure(v Failure) (Page, error) { return Page{}, errLater }

// Setup renders what a site without an edition shows: 503, or 200 on the front.
func (r *Renderer) Setup(v Setup) (Page, error) { return Page{}, errLater }

// NewsroomSetUp renders the first form of a new site.
func (r *Renderer) NewsroomSetUp(v NewsroomSetUp) (Page, error) { return Page{}, errLater }

// NewsroomSignIn renders the staff's sign-in.
func (r *Renderer) NewsroomSignIn(v NewsroomSignIn) (Page, error) { return Page{}, errLater }

// NewsroomHome renders where staff arrive.
func (r *Renderer) NewsroomHome(v NewsroomHome) (Page, error) { return Page{}, errLater }

// CheckTheme gives what is wrong with a theme, each with file and line; none means it passes doctor.
func CheckTheme(theme fs.FS) []error { return []error{errLater} }
