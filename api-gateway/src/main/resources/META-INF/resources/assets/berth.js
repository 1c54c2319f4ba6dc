// What pages do beyond HTML: they show what changes, as it changes, and times as ages. All of it is left out without
// scripts, and everything else works then.
"use strict";
(() => {
  const seconds = [[60, "second"], [60, "minute"], [24, "hour"], [7, "day"], [Infinity, "week"]];
  const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

  function age(time) {
    let span = (new Date(time).getTime() - Date.now()) / 1000;
    for (const [most, unit] of seconds) {
      if (Math.abs(span) < most) {
        return relative.format(Math.round(span), unit);
      }
      span /= most;
    }
    return "";
  }

  function ages(root) {
    for (const element of root.querySelectorAll("time[datetime]")) {
      const text = age(element.dateTime);
      if (element.textContent !== text) {
        element.title = element.title || new Date(element.dateTime).toLocaleString();
        element.textContent = text;
      }
    }
  }

  ages(document);
  setInterval(() => document.visibilityState === "visible" && ages(document), 5000);

  // The part of a page that changes is loaded again from where the page itself came from: one at a time, and once more
  // where something changed meanwhile. What is open stays open; what has the focus keeps it, by its id.
  const topics = document.body.dataset.topics ? document.body.dataset.topics.split(" ") : [];
  const link = document.getElementById("link");
  let loading = false;
  let due = false;

  async function load() {
    if (loading) {
      due = true;
      return;
    }
    loading = true;
    due = false;
    try {
      const open = [...document.querySelectorAll("#live details[open]")].map((one) => one.className);
      const focus = document.activeElement && document.activeElement.id;
      await htmx.ajax("GET", location.pathname + location.search, { target: "#live", select: "#live", swap: "outerHTML" });
      document.querySelectorAll("#live details").forEach((one) => open.includes(one.className) && (one.open = true));
      if (focus && document.activeElement === document.body) {
        const element = document.getElementById(focus);
        element && element.focus({ preventScroll: true });
      }
      ages(document);
    } finally {
      setTimeout(() => {
        loading = false;
        due && load();
      }, 250);
    }
  }

  function heard(message) {
    if ("link" in message) {
      link.textContent = message.link ? "" : "Not connected: what is shown may be old";
    }
    if ("changed" in message) {
      const changed = message.changed.split(" ");
      if (message.changed === "all" || changed.some((one) => topics.some((topic) => concerns(topic, one)))) {
        load();
      }
    }
  }

  // A topic that ends with its colon is of all things of that kind.
  function concerns(topic, one) {
    return topic === one || (topic.endsWith(":") && one.startsWith(topic));
  }

  if (topics.length === 0 || !document.getElementById("live")) {
    return;
  }
  const visible = () => document.visibilityState === "visible";
  if (window.SharedWorker) {
    const port = new SharedWorker("/assets/tabs.js").port;
    port.onmessage = (event) => heard(event.data);
    const say = () => port.postMessage(visible());
    document.addEventListener("visibilitychange", say);
    window.addEventListener("pagehide", () => port.postMessage("gone"));
    window.addEventListener("pageshow", say);
    say();
  } else {
    let source = null;
    const settle = () => {
      if (visible() && !source) {
        source = new EventSource("/events");
        source.onopen = () => heard({ link: true });
        source.onmessage = (event) => heard({ changed: event.data });
        source.onerror = () => heard({ link: false });
      } else if (!visible() && source) {
        source.close();
        source = null;
      }
    };
    document.addEventListener("visibilitychange", settle);
    settle();
  }
})();
