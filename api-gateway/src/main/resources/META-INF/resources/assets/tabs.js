// One stream of changes for all tabs of a browser: browsers open only six connections to a host. It is open while some
// tab is looked at.
"use strict";
const tabs = new Map();
let source = null;
let again = 0;

const tell = (message) => tabs.forEach((seen, port) => seen && port.postMessage(message));

function settle() {
  const wanted = [...tabs.values()].includes(true);
  if (wanted && !source) {
    source = new EventSource("/events");
    source.onopen = () => tell({ link: true });
    source.onmessage = (event) => tell({ changed: event.data });
    source.onerror = () => {
      tell({ link: false });
      if (source.readyState === EventSource.CLOSED) {
        close();
        again = setTimeout(settle, 3000);
      }
    };
  } else if (!wanted && source) {
    close();
  }
}

function close() {
  clearTimeout(again);
  source.close();
  source = null;
}

function join(port) {
  tabs.set(port, false);
  port.onmessage = (event) => {
    if (event.data === "gone") {
      tabs.delete(port);
    } else {
      const late = event.data && !tabs.get(port) && source;
      tabs.set(port, event.data);
      if (late) {
        port.postMessage({ link: source.readyState === EventSource.OPEN, changed: "all" });
      }
    }
    settle();
  };
}

self.onconnect = (event) => join(event.ports[0]);
