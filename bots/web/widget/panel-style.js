// How the panel of the widget looks: around the talk, and within. Sheets that are made by a script need no inline style,
// so a page's rules against those do not concern them.

export const AROUND = `
  :host { --paper: #f4f3ee; --card: #fffefb; --ink: #21261f; --soft: #63685f; --line: #dddbd2; --warn: #9a4a12; --soft-accent: color-mix(in srgb, var(--accent) 14%, var(--card)); }
  @media (prefers-color-scheme: dark) {
    :host { --paper: #151816; --card: #1e2320; --ink: #e9ece6; --soft: #9aa199; --line: #3a423c; --warn: #e6a06b; }
  }
  [hidden] { display: none !important; }
  .panel { position: fixed; bottom: 5.75rem; inset-inline-end: 1.25rem; z-index: 2147483001; box-sizing: border-box;
    width: min(24rem, calc(100vw - 2.5rem)); height: min(36rem, calc(100dvh - 7rem)); display: flex; flex-direction: column; overflow: hidden;
    border: 1px solid var(--line); border-radius: 18px; background: var(--paper); color: var(--ink); color-scheme: light dark;
    box-shadow: 0 12px 40px rgb(0 0 0 / .3); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", "Noto Sans", "Liberation Sans", Arial, sans-serif; }
  .panel.start { inset-inline: 1.25rem auto; }
  .top { flex: none; display: flex; align-items: center; gap: .5rem; padding: .6rem .6rem .6rem 1rem; background: var(--card); border-bottom: 1px solid var(--line); }
  .who { flex: 1; min-width: 0; }
  .title { margin: 0; font-size: 1rem; font-weight: 650; line-height: 1.3; overflow-wrap: anywhere; }
  .state { margin: 0; min-height: 1.3em; font-size: .8rem; line-height: 1.3; color: var(--soft); }
  .close { flex: none; width: 2.4rem; height: 2.4rem; border: 0; border-radius: 50%; background: none; color: var(--ink); font: 1.6rem/1 sans-serif; cursor: pointer; }
  .close:hover { background: var(--soft-accent); }
  .close:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; }
  deep-chat { flex: 1; min-height: 0; }
  .panel.dropping { border-color: var(--accent); box-shadow: 0 0 0 3px var(--accent); }
  @media (max-width: 30rem), (max-height: 30rem) {
    .panel, .panel.start { inset: 0; width: 100%; height: 100%; border: 0; border-radius: 0; }
  }
`;

export const WITHIN = `
  #container { background: transparent; }
  #chat-view { display: flex; flex-direction: column; background: transparent; }
  #messages { flex: 1; min-height: 0; }
  .tray, #input { flex: none; }
  #messages { scrollbar-width: thin; scrollbar-color: var(--line) transparent; }
  #messages:focus-visible { outline: 2px solid var(--accent); outline-offset: -3px; }
  .message-bubble { max-width: 84%; padding: 0; margin-top: .45rem; border-radius: 0; background: none; color: var(--ink); line-height: 1.45; overflow-wrap: anywhere; }
  .ai-message-text, .user-message-text { background: none; color: var(--ink); }
  .whole { display: flex; flex-direction: column; align-items: flex-start; gap: .4rem; }
  .user-message-text .whole { align-items: flex-end; }
  .words, .link { white-space: pre-wrap; overflow-wrap: anywhere; }
  .whole > .words, .whole > .link { padding: .5rem .85rem; border-radius: 16px; border: 1px solid var(--line); background: var(--card); color: var(--ink); }
  .user-message-text .words { background: var(--accent); border-color: transparent; color: var(--accent-ink); }
  .link { color: inherit; text-underline-offset: 2px; }
  .whole > .link:has(.picture) { padding: .25rem; line-height: 0; }
  .picture { display: block; max-width: 100%; max-height: 16rem; border-radius: 12px; }
  .picture + .address { display: none; }
  .answers { display: flex; flex-wrap: wrap; gap: .4rem; max-height: min(10rem, 28dvh); margin: -.3rem; padding: .3rem; overflow-y: auto; overscroll-behavior: contain;
    scrollbar-width: thin; scrollbar-color: var(--line) transparent; scroll-padding: .3rem; }
  .answer { font: inherit; font-size: .93rem; padding: .35rem .85rem; border-radius: 999px; border: 1px solid var(--accent); background: var(--card); color: var(--ink);
    text-align: start; overflow-wrap: anywhere; cursor: pointer; }
  .answer:hover { background: var(--soft-accent, var(--card)); }
  .answer:focus-visible, .link:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
  .note-message-text { margin-inline: auto; }
  .note-message-text .words { border: 0; background: none; color: var(--warn); text-align: center; font-size: .9rem; }
  [hidden] { display: none !important; }
  .tray { padding: .3rem .8rem 0; font-size: .88rem; }
  .tray .rows { display: flex; flex-wrap: wrap; gap: .35rem; margin: 0; padding: 0; list-style: none; max-height: 6rem; overflow-y: auto; }
  .tray .file { display: flex; align-items: center; gap: .35rem; max-width: 100%; box-sizing: border-box; padding: .05rem .15rem .05rem .7rem; border-radius: 999px;
    background: var(--card); border: 1px solid var(--line); color: var(--ink); }
  .tray .called { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .tray .progress { width: 3.5rem; height: .4rem; accent-color: var(--accent); }
  .tray .there { border-color: var(--accent); }
  .tray .failed { border-color: var(--warn); }
  .tray button { flex: none; width: 1.7rem; height: 1.7rem; padding: 0; border: 0; border-radius: 50%; font: 1.1rem/1 sans-serif; background: none; color: inherit; cursor: pointer; }
  .tray button:hover, .attach:hover { background: var(--soft-accent, var(--card)); }
  .tray .said { margin: .2rem 0 0; color: var(--soft); }
  .tray .problem { color: var(--warn); }
  .attach { position: absolute; bottom: .35rem; inset-inline-end: 2.5rem; width: 1.9rem; height: 1.9rem; padding: 0; display: grid; place-items: center; border: 0; border-radius: 50%;
    background: none; color: var(--soft); cursor: pointer; }
  .attach svg { fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linejoin: round; stroke-linecap: round; }
  .attach:focus-visible, .tray button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
  #text-input-container:has(.attach:not([hidden])) #text-input { padding-inline-end: 4.8rem; }
  #input { padding: 0 .8rem; box-sizing: border-box; width: 100%; }
  #text-input-container { position: relative; width: 100%; margin: .5rem 0 .8rem; background: var(--card); border: 1px solid var(--line); border-radius: 22px; box-shadow: none; }
  #text-input-container:focus-within { border-color: var(--accent); outline: 2px solid var(--accent); outline-offset: -1px; }
  #text-input { padding: .6rem 3rem .6rem 1rem; color: var(--ink); line-height: 1.4; box-sizing: border-box; }
  [contenteditable][textcolor]:empty:before { color: var(--soft); -webkit-text-security: none; }
  #input .input-button.inside-end { inset-block-end: 1.14em; }
  #submit-icon { filter: none; }
  .input-button:not(.disabled-button) #submit-icon { filter: none !important; } /* files alone can be sent, too */
  #submit-icon * { fill: var(--accent); stroke: var(--accent); stroke-width: .6; }
  .input-button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
  @media (prefers-reduced-motion: reduce) { * { animation: none !important; transition: none !important; scroll-behavior: auto !important; } }
`;
