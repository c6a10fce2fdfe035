// Every page: forms are sent once, codes can be copied, the navigation shows where one is, and the
// service worker is registered, which lets a phone put the app on its home screen.
import { showCopyButtons } from "./common/copy_buttons.js";
import { sendFormsOnce } from "./common/send_once.js";
import { showCurrentLink } from "./common/show_current.js";

const { worker } = document.currentScript.dataset;

sendFormsOnce();
showCopyButtons();
showCurrentLink();
if ("serviceWorker" in navigator) navigator.serviceWorker.register(worker).catch(() => {});
