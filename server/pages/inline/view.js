/* A file that is dropped anywhere on the page goes into the form. */
(function () {
  "use strict";
  const file = document.getElementById("file");
  const field = file.closest(".drop");
  function isFile(event) {
    return event.dataTransfer !== null && [...event.dataTransfer.types].includes("Files");
  }
  function over(event) {
    if (isFile(event)) {
      event.preventDefault();
      field.classList.toggle("over", event.type === "dragover");
    }
  }
  addEventListener("dragover", over);
  addEventListener("dragleave", over);
  addEventListener("drop", function (event) {
    over(event);
    if (isFile(event) && event.dataTransfer.files.length > 0) {
      file.files = event.dataTransfer.files;
      if (/\.(p12|pfx)$/i.test(file.files[0].name)) {
        document.getElementById("password").focus();
      } else {
        file.form.requestSubmit();
      }
    }
  });
})();
