// Whether this browser can receive push messages.
const isApple =
  /iPhone|iPad|iPod/.test(navigator.userAgent) ||
  (/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1);

export const isSupported =
  "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

/** Why push messages are impossible (a value of data-cannot), or "" if they are possible. */
export function whyUnavailable() {
  if (/MicroMessenger/.test(navigator.userAgent)) return "wechat";
  if (isApple && !isSupported) return "ios";
  if (!isSupported) return "none";
  return Notification.permission === "denied" ? "denied" : "";
}
