/* The three steps tick themselves, by what the server sees of this browser. */
(function () {
  "use strict";
  const steps = document.getElementById("steps");
  const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069]/g;
  const loaded = Number(steps.dataset.loaded);
  let last = steps.dataset.since;
  let source = null;

  function say(number, text, state) {
    const tick = document.getElementById("tick-" + number);
    if (tick !== null) {
      tick.textContent = text;
      tick.className = "tick " + state;
    }
  }

  function short(name) {
    const text = name.replace(HIDDEN, "\ufffd");
    return text.length > 40 ? text.slice(0, 40) + "\u2026" : text;
  }

  function onHandshake(event) {
    const isBrowser = event.offered !== undefined && event.offered.alpn.includes("h2");
    const alert = event.alert_received;
    if (!isBrowser || !/(^|\.)localhost$/.test(event.sni || "")) {
      return;
    }
    if (event.outcome === "done") {
      say(1, "trusted", "done");
    } else if (alert !== undefined && [42, 46, 48].includes(alert.number)) {
      say(1, "alert " + alert.number + ": " + (event.name_mismatch
        ? "the certificate is not for this name" : "the CA is not trusted yet"), "bad");
    } else if (event.outcome === "failed" && event.asked && alert === undefined) {
      say(1, "trusted", "done");
      say(2, "asked which one to send", "");
    }
  }

  function onRequest(event) {
    if (event.user_agent !== navigator.userAgent || event.tls === undefined) {
      return;
    }
    const name = event.issued_to === undefined ? "" : short(event.issued_to);
    say(1, "trusted", "done");
    if (name !== "") {
      say(2, name + " came", "done");
      say(3, name + (event.status === "200" ? " is in" : " is refused: " + event.status),
        event.status === "200" ? "done" : "bad");
    } else if (event.status === "403.7") {
      say(2, "asked, and sent none: 403.7", "bad");
    }
  }

  function look() {
    if (document.visibilityState === "visible" && source === null) {
      source = new EventSource("/live/events.sse?since=" + last);
      source.onmessage = function (message) {
        const event = JSON.parse(message.data);
        last = message.lastEventId;
        if (event.type === "request") {
          onRequest(event);
        } else if (event.sequence > loaded) { /* older ones may be another browser's */
          onHandshake(event);
        }
      };
    } else if (document.visibilityState !== "visible" && source !== null) {
      source.close(); /* a browser has six connections for all its windows */
      source = null;
    }
  }

  document.addEventListener("visibilitychange", look);
  look();
})();
