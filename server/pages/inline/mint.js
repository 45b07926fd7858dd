/* What the sliders stand at, in days and as a date. */
(function () {
  "use strict";
  const DAY_MS = 24 * 3600 * 1000;
  for (const slider of document.querySelectorAll("input[type=range]")) {
    const output = document.getElementById(slider.id + "-is");
    function show() {
      const days = Number(slider.value);
      const date = new Date(Date.now() + days * DAY_MS);
      output.textContent = (days > 0 ? "+" : "") + days + (Math.abs(days) === 1 ? " day, " : " days, ")
        + date.toLocaleDateString(undefined, { dateStyle: "medium" });
    }
    slider.addEventListener("input", show);
    addEventListener("pageshow", show);
    show();
  }
})();
