/* The live page: puts the events that the server writes into the row of their connection. */
(function () {
  "use strict";
  const rows = document.getElementById("rows");
  const state = document.getElementById("state");
  const pause = document.getElementById("pause");
  const max = Number(rows.dataset.max);
  const text = rows.dataset.text.toLowerCase();
  const EVENTS_MAX = 8; /* of one connection; the first is its handshake */
  const CLOCK = { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3 };
  let last = rows.dataset.last;
  let source = null;
  let isPaused = false;
  let n = 0;

  function say(words) {
    state.textContent = words;
  }

  function showTimes(root) {
    for (const time of root.querySelectorAll("time.clock")) {
      time.textContent = new Date(time.dateTime).toLocaleTimeString(undefined, CLOCK);
    }
  }

  function rowOf(event) {
    const number = event.dataset.connection;
    let row = [...rows.children].find((each) => each.dataset.connection === number);
    if (row === undefined) {
      row = document.getElementById("connection").content.firstElementChild.cloneNode(true);
      row.dataset.connection = number;
      const head = row.querySelector("th");
      head.firstChild.data = number + " ";
      head.lastChild.textContent = "port " + event.dataset.port;
    }
    return row;
  }

  function add(html) {
    const template = document.createElement("template");
    template.innerHTML = html;
    const event = template.content.querySelector("li.event");
    if (event === null || !event.textContent.toLowerCase().includes(text)) {
      return;
    }
    const nothing = document.getElementById("nothing");
    if (nothing) {
      nothing.remove();
    }
    const row = rowOf(event);
    const list = row.querySelector(".events");
    event.classList.add("fresh");
    showTimes(event);
    list.append(event);
    if (list.children.length > EVENTS_MAX) {
      list.children[1].remove();
    }
    rows.prepend(row);
    while (rows.children.length > max) {
      rows.lastElementChild.remove();
    }
    n += 1;
    say("Live: " + n + (n === 1 ? " new event." : " new events."));
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
      add(event.data);
    };
    source.addEventListener("lost", function (event) {
      say("Live: " + JSON.parse(event.data).lost + " events came too fast and are not shown.");
    });
    source.onerror = function () {
      say("The connection to certgated is gone; trying again.");
    };
  }

  /* Nothing moves while somebody reads, and nobody looks at what is behind another window. */
  function turn() {
    const isReading = rows.querySelector("details[open]") !== null;
    const isSeen = document.visibilityState === "visible";
    if (!isPaused && !isReading && isSeen && source === null) {
      open();
    } else if ((isPaused || isReading || !isSeen) && source !== null) {
      source.close();
      source = null;
      say(isReading ? "Paused while details are open." : "Paused at event " + last + ".");
    }
    pause.setAttribute("aria-pressed", String(isPaused));
    pause.textContent = isPaused ? "Resume" : "Pause";
  }

  pause.hidden = false;
  pause.addEventListener("click", function () {
    isPaused = !isPaused;
    turn();
  });
  rows.addEventListener("toggle", turn, true);
  document.addEventListener("visibilitychange", turn);
  showTimes(rows);
  turn();
})();
