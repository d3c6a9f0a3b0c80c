package localslack

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"time"
)

//go:embed page
var pageFiles embed.FS

// Handler serves the whole workspace: the Web API under /api/, Socket Mode
// under /link/, response URLs under /response/, the user API under /local/,
// and the page.
func (w *Workspace) Handler() http.Handler {
	page, err := fs.Sub(pageFiles, "page")
	if err != nil {
		panic(err) // the folder is embedded: only a broken build comes here
	}
	files := http.FileServerFS(page)
	mux := http.NewServeMux()
	mux.HandleFunc("/api/{method}", w.serveAPI)
	mux.HandleFunc("/link/", w.serveLink)
	mux.HandleFunc("POST /response/{key}", w.serveResponse)
	mux.HandleFunc("GET /files-pri/{file}/{rest...}", w.counted(w.serveFile))
	w.localRoutes(mux)
	mux.Handle("/static/", http.StripPrefix("/static/", files))
	mux.Handle("/", files)
	return guard(mux, w.cfg.Host)
}

// Server is a workspace that listens.
type Server struct {
	base string
	srv  *http.Server
	w    *Workspace
	done chan struct{} // closed once Serve has returned
	err  error         // of Serve
}

// Start listens on addr, for example 127.0.0.1:0, until ctx ends or Close is
// called. An address outside the loopback is refused, for the workspace has no
// real access control.
func (w *Workspace) Start(ctx context.Context, addr string) (*Server, error) {
	if !loopback(addr) {
		return nil, fmt.Errorf("listen on %q: only a loopback address such as 127.0.0.1 is allowed", addr)
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen on %q: %w", addr, err)
	}
	s := &Server{base: "http://" + l.Addr().String(), w: w, done: make(chan struct{})}
	s.srv = &http.Server{Handler: w.Handler(), ReadHeaderTimeout: 10 * time.Second}
	w.setBase(s.base)
	stop := context.AfterFunc(ctx, func() { s.srv.Close() })
	go func() {
		defer stop()
		s.err = s.srv.Serve(l)
		close(s.done)
	}()
	return s, nil
}

// URL returns the address of the page, http://127.0.0.1:port, without a slash at the end.
func (s *Server) URL() string { return s.base }

// APIURL returns the address of the Web API, with the slash at its end that clients ask for.
func (s *Server) APIURL() string { return s.base + "/api/" }

// Close stops listening, cuts what is open, closes the workspace and waits for
// all of it. It may be called again.
func (s *Server) Close() error {
	err := s.srv.Close()
	s.w.Close()
	<-s.done
	if !errors.Is(s.err, http.ErrServerClosed) {
		err = errors.Join(err, s.err)
	}
	if err != nil {
		return fmt.Errorf("close %s: %w", s.base, err)
	}
	return nil
}

func (w *Workspace) setBase(base string) {
	w.mu.Lock()
	w.base = base
	w.mu.Unlock()
}
