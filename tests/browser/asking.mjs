// SPDX-License-Identifier: MIT
// Both browsers as a person has them: they ask which certificate to send, and the
// keyboard answers. ask(url) is done when the dialog stands; then come choose(n) or
// cancel(), and visit(url) goes where nothing is to be asked.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { CHROMIUM_ARGS, FIREFOX_PREFS, LAUNCH_MS, makeStore } from './browsers.mjs';
import { Marionette } from './marionette.mjs';
import { missing, run, until } from './programs.mjs';

const PLACE = { x: 0, y: 0 };

// Dialogs do not hear, on purpose, what is typed in their first half second: then it is
// typed again. Not sooner, for it would be the page that hears it, and Escape ends loading.
const HEARD_MS = 2000;

async function pressUntil(desktop, key, isDone) {
    await until(`effect of ${key}`, async () => {
        desktop.press(key);
        return until('effect', isDone, HEARD_MS);
    });
}

class AskingChromium {
    static title = 'Chromium';
    static missing = () => missing('chromium', 'certutil', 'pk12util');

    static async start(desktop, home, store) {
        const it = new AskingChromium();
        it.desktop = desktop;
        makeStore(path.join(home, '.pki/nssdb'), store);
        it.context = await chromium.launchPersistentContext(path.join(home, 'profile'), {
            executablePath: run('which', 'chromium').trim(), headless: false, viewport: null,
            args: [...CHROMIUM_ARGS, '--test-type', // no bar about --no-sandbox
                `--window-position=${PLACE.x},${PLACE.y}`,
                `--window-size=${desktop.constructor.SIZE.width},${desktop.constructor.SIZE.height}`],
            env: { ...process.env, ...desktop.env, HOME: home, XDG_RUNTIME_DIR: home },
            timeout: LAUNCH_MS,
        });
        it.page = it.context.pages()[0];
        return it;
    }

    // The dialog is the browser's: no protocol shows it, the screen does.
    async ask(url) {
        const before = await this.desktop.changed('');
        this.going = this.page.goto(url, { timeout: LAUNCH_MS }).then(() => true, () => true);
        await this.desktop.changed(before);
        return [];
    }

    async choose(n) {
        for (let i = 0; i < n; i++) {
            await this.#press('Down');
        }
        await this.#answer('Return');
    }

    async cancel() {
        await this.#answer('Escape');
    }

    async #press(key) {
        const before = await this.desktop.changed('');
        await pressUntil(this.desktop, key, async () => this.desktop.look() !== before);
    }

    async #answer(key) {
        await this.#press(key);
        await this.going;
    }

    async visit(url) {
        await this.page.goto(url, { timeout: LAUNCH_MS });
    }

    text() {
        return this.page.innerText('body');
    }

    async stop() {
        await this.context.close();
    }
}

// What its dialog lists, and which line is marked; null while there is none.
const FIREFOX_DIALOG = `
    const frames = Services.wm.getMostRecentBrowserWindow().document
        .querySelectorAll('browser.dialogFrame');
    for (const { contentDocument: dialog } of frames) {
        const list = dialog?.getElementById('nicknames');
        if (list?.itemCount && dialog.activeElement === list
            && dialog.getElementById('clientAuthCertDetailsStoredOn').textContent) {
            return { index: list.selectedIndex,
                     names: [...list.menupopup.children].map((item) => item.label) };
        }
    }
    return null;`;

class AskingFirefox {
    static title = 'Firefox';
    static missing = () => missing('firefox-esr', 'certutil', 'pk12util');

    static async start(desktop, home, store) {
        const it = new AskingFirefox();
        it.desktop = desktop;
        const profile = path.join(home, 'profile');
        makeStore(profile, store);
        const { width, height } = desktop.constructor.SIZE;
        it.firefox = await Marionette.start({
            program: run('which', 'firefox-esr').trim(), profile,
            env: { ...process.env, ...desktop.env, HOME: home, XDG_RUNTIME_DIR: home },
            prefs: {
                ...FIREFOX_PREFS, 'security.default_personal_cert': 'Ask Every Time',
                'browser.aboutwelcome.enabled': false, 'browser.shell.checkDefaultBrowser': false,
                'browser.tabs.inTitlebar': 1, 'devtools.jsonview.enabled': false,
            },
        });
        await it.firefox.send('WebDriver:SetWindowRect', { ...PLACE, width, height });
        // The address bar's stripes say that a program drives; pictures need not show them.
        await it.firefox.evaluate('chrome', `Services.wm.getMostRecentBrowserWindow().document
            .documentElement.removeAttribute('remotecontrol');`);
        return it;
    }

    async ask(url) {
        this.url = url;
        await this.firefox.goto(url);
        const { names } = await this.firefox.until('dialog', 'chrome', FIREFOX_DIALOG);
        return names.map((name) => name.replace(/ \[.*/, '')); // without the serial number
    }

    async choose(n) {
        for (let i = 1; i <= n; i++) {
            await pressUntil(this.desktop, 'Down', async () =>
                (await this.firefox.evaluate('chrome', FIREFOX_DIALOG)).index >= i);
        }
        await this.#answer('Return');
    }

    async cancel() {
        await this.#answer('Escape');
    }

    async #answer(key) {
        await pressUntil(this.desktop, key, async () =>
            await this.firefox.evaluate('chrome', FIREFOX_DIALOG) === null);
        await this.#loaded();
    }

    async #loaded() {
        await this.firefox.until('page', 'content', `
            return document.readyState === 'complete' && location.href === ${JSON.stringify(this.url)}`);
    }

    async visit(url) {
        this.url = url;
        await this.firefox.goto(url);
        await this.#loaded();
    }

    text() {
        return this.firefox.evaluate('content', 'return document.body.innerText');
    }

    async stop() {
        await this.firefox.stop();
    }
}

export const ASKING = [AskingChromium, AskingFirefox];

// A browser on that desktop for the time of `body(browser)`.
export async function browseAsked(Browser, desktop, store, body) {
    const home = fs.mkdtempSync(path.join(os.tmpdir(), 'certgate-browser-'));
    let browser;
    try {
        browser = await Browser.start(desktop, home, store);
        return await body(browser);
    } finally {
        await browser?.stop();
        fs.rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    }
}
