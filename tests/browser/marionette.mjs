// SPDX-License-Identifier: MIT
// Firefox's own remote protocol, as much of it as is needed to look into its dialogs:
// Playwright sees pages only. A message is "LENGTH:[type, id, ...]" in JSON.

import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { until } from './programs.mjs';

const COMMAND = 0;
const QUIT_MS = 20000;

export class Marionette {
    #socket;
    #bytes = Buffer.alloc(0);
    #answers = new Map();
    #n = 0;

    // Starts `program` with that profile; prefs as about:config has them.
    static async start({ program, profile, env, prefs, args = [] }) {
        const lines = Object.entries({ ...prefs, 'marionette.port': 0 }).map(([name, value]) =>
            `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`);
        fs.writeFileSync(path.join(profile, 'user.js'), lines.join(''));
        const it = new Marionette();
        it.process = spawn(program, ['--marionette', '--remote-allow-system-access',
            '--no-remote', '--profile', profile, ...args], { env, stdio: 'ignore' });
        const file = path.join(profile, 'MarionetteActivePort');
        const port = await until('Marionette', async () => Number(fs.readFileSync(file)));
        await it.#connect(port);
        await it.send('WebDriver:NewSession', { capabilities: { alwaysMatch: {
            unhandledPromptBehavior: 'ignore', pageLoadStrategy: 'none',
        } } });
        return it;
    }

    #connect(port) {
        return new Promise((resolve, reject) => {
            this.#socket = net.connect(port, '127.0.0.1');
            this.#socket.once('error', reject);
            this.#socket.on('data', (data) => {
                this.#bytes = Buffer.concat([this.#bytes, data]);
                this.#take(resolve);
            });
        });
    }

    // Its first message is a greeting without an id.
    #take(greeted) {
        for (;;) {
            const colon = this.#bytes.indexOf(':');
            const length = Number(this.#bytes.subarray(0, Math.max(colon, 0)));
            if (colon < 0 || this.#bytes.length < colon + 1 + length) {
                return;
            }
            const text = this.#bytes.subarray(colon + 1, colon + 1 + length).toString();
            this.#bytes = this.#bytes.subarray(colon + 1 + length);
            const message = JSON.parse(text);
            if (!Array.isArray(message)) {
                greeted();
                continue;
            }
            const [, id, error, result] = message;
            const { resolve, reject } = this.#answers.get(id);
            this.#answers.delete(id);
            error ? reject(new Error(`${error.error}: ${error.message}`)) : resolve(result);
        }
    }

    send(command, parameters = {}) {
        const id = ++this.#n;
        const text = JSON.stringify([COMMAND, id, command, parameters]);
        const answer = new Promise((resolve, reject) => {
            this.#answers.set(id, { resolve, reject });
        });
        this.#socket.write(`${Buffer.byteLength(text)}:${text}`);
        return answer;
    }

    // The value of a script's "return"; context: 'content' (the page) or 'chrome' (the
    // browser's own windows).
    async evaluate(context, script) {
        await this.send('Marionette:SetContext', { value: context });
        const { value } = await this.send('WebDriver:ExecuteScript', { script, args: [] });
        return value;
    }

    // Waits for a script to return something.
    until(what, context, script) {
        return until(what, () => this.evaluate(context, script));
    }

    // Does not wait: WebDriver's own command would, for as long as a dialog is open.
    async goto(url) {
        await this.evaluate('content', `location.href = ${JSON.stringify(url)}`);
    }

    async stop() {
        const ended = new Promise((resolve) => this.process.once('exit', resolve));
        this.send('Marionette:Quit', { flags: ['eForceQuit'] }).catch(() => {});
        const timer = setTimeout(() => this.process.kill('SIGKILL'), QUIT_MS);
        await ended;
        clearTimeout(timer);
        this.#socket.destroy();
    }
}
