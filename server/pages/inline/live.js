/* The live page: puts the rows that the server writes on top of the table. */
"use strict";
(function () {
  const rows = document.getElementById("rows");
  const state = document.getElementById("state");
  const pause = document.getElementById("pause");
  const max = Number(rows.dataset.max);
  let last = rows.dataset.last;
  let source = null;
  let n = 0;

  function say(text) {
    state.textContent = text;
  }

  function add(html) {
    const template = document.createElement("template");
    template.innerHTML = html;
    const nothing = document.getElementById("nothing");
    if (nothing) {
      nothing.remove();
    }
    for (const row of template.content.children) {
      row.classList.add("fresh");
    }
    rows.prepend(template.content);
    while (rows.children.length > max) {
      rows.lastElementChild.remove();
    }
  }

  function open() {
    const query = new URLSearchParams(location.search);
    query.set("since", last);
    source = new EventSource("/live/events?" + query);
    source.onopen = function () {
      say("Live: new events appear by themselves.");
    };
    source.onmessage = function (event) {
      last = event.lastEventId;
      n += 1;
      add(event.data);
      say("Live: " + n + (n === 1 ? " new event." : " new events."));
    };
    source.addEventListener("lost", function (event) {
      say("Live: " + JSON.parse(event.data).lost + " events came too fast and are not shown.");
    });
    source.onerror = function () {
      say("The connection to certgated is gone; trying again.");
    };
  }

  pause.hidden = false;
  pause.setAttribute("aria-pressed", "false");
  pause.addEventListener("click", function () {
    if (source) {
      source.close();
      source = null;
      say("Paused at event " + last + ".");
    } else {
      open();
    }
    pause.setAttribute("aria-pressed", String(source === null));
    pause.textContent = source === null ? "Resume" : "Pause";
  });
  open();
})();
