/* Dates as the reader's country writes them; in UTC by the title. */
(function () {
  "use strict";
  function show(root) {
    for (const time of root.querySelectorAll("time[datetime]:not([title])")) {
      const date = new Date(time.dateTime);
      if (!isNaN(date)) {
        time.title = time.textContent;
        time.textContent = date.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
      }
    }
  }
  show(document);
})();
