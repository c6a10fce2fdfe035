// Every page: forms are sent once, codes can be copied, and the service worker is registered,
// which lets a phone put the app on its home screen.
import { showCopyButtons } from "./common/copy_buttons.js";
import { sendFormsOnce } from "./common/send_once.js";

const { worker } = document.currentScript.dataset;

sendFormsOnce();
showCopyButtons();
if ("serviceWorker" in navigator) navigator.serviceWorker.register(worker).catch(() => {});
