// The wire to the local workspace: JSON requests, and server-sent events with reconnect.

const RETRY_FIRST = 1000, RETRY_MAX = 15000; // milliseconds between tries once the browser gave up by itself

/** ApiError carries the server's error name, and its hint as the message for people. */
export class ApiError extends Error {
  constructor(status, body) {
    super(body?.hint || body?.error || `The workspace answered with status ${status}.`);
    this.code = body?.error || String(status);
    this.body = body || {};
  }
}

async function request(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new ApiError(0, { error: "offline", hint: "The local workspace does not answer. Is “verbatim try” still running?" });
  }
  const body = await response.json().catch(() => null);
  if (!response.ok || body?.ok === false) throw new ApiError(response.status, body);
  return body || {};
}

/** getState reads everything one user may see. Without a user the workspace picks one, or refuses. */
export const getState = (as) => request("/local/state" + (as ? "?as=" + encodeURIComponent(as) : ""));

/** post calls one /local method. */
export const post = (method, body) =>
  request("/local/" + method, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

/** upload puts a File of the browser into the workspace and returns what it is there. */
export const upload = (as, file) => request(`/local/upload?as=${encodeURIComponent(as)}&name=${encodeURIComponent(file.name)}`,
  { method: "POST", headers: { "Content-Type": file.type || "application/octet-stream" }, body: file }).then((answer) => answer.file);

/**
 * listen follows the events of one user. onEvent gets each parsed event;
 * onState gets "open" each time the stream begins (so that what came before can be read), or "lost".
 * It returns a function that ends it.
 */
export function listen(as, onEvent, onState) {
  let source, timer, wait = RETRY_FIRST, ended = false;
  const connect = () => {
    source = new EventSource("/local/events?as=" + encodeURIComponent(as));
    source.onopen = () => {
      onState("open");
      wait = RETRY_FIRST;
    };
    source.onmessage = (e) => {
      let event;
      try { event = JSON.parse(e.data); } catch { return; } // a line that is no JSON is not for us
      onEvent(event);
    };
    source.onerror = () => {
      if (ended) return;
      onState("lost");
      if (source.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
      timer = setTimeout(connect, wait);
      wait = Math.min(wait * 2, RETRY_MAX);
    };
  };
  connect();
  return () => {
    ended = true;
    clearTimeout(timer);
    source.close();
  };
}
