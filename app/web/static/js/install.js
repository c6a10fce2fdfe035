// Lets a phone put the house on its home screen. The worker keeps static files only: see sw.js.
(() => {
  const { worker } = document.currentScript.dataset;
  if ("serviceWorker" in navigator) navigator.serviceWorker.register(worker).catch(() => {});
})();
