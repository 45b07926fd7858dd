// SPDX-License-Identifier: MIT
// certgated for a test: its own folder, ports of the system's choice, no waiting but
// for what it prints.

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const BUILD = process.env.CERTGATE_BUILD ?? path.join(ROOT, 'build');
const CERTGATED = process.env.CERTGATED ?? path.join(BUILD, 'server/certgated');
const CERTGATE = process.env.CERTGATE ?? path.join(BUILD, 'client/certgate');
const DEADLINE_MS = 60000;

// Where screenshots and what else people may want to look at go; not in git.
export const OUTPUT = process.env.CERTGATE_BROWSER_OUTPUT ?? path.join(BUILD, 'browser');

export class Server {
    // listen: "NAME" -> words of --listen, with a port before them if it is not to be any;
    // ports[NAME] is then the port.
    static async start(listen, ...options) {
        const server = new Server();
        server.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'certgate-browser-'));
        server.env = {
            ...process.env,
            HOME: server.folder,
            NO_COLOR: '1',
            XDG_DATA_HOME: path.join(server.folder, 'data'),
            XDG_CONFIG_HOME: path.join(server.folder, 'config'),
            XDG_STATE_HOME: path.join(server.folder, 'state'),
            XDG_RUNTIME_DIR: path.join(server.folder, 'run'),
        };
        fs.mkdirSync(server.env.XDG_RUNTIME_DIR, { mode: 0o700 });
        server.world = path.join(server.folder, 'data/certgate');
        server.root = path.join(server.world, 'authorities/root.crt');
        const names = Object.keys(listen);
        const words = names.flatMap((name) => ['--listen',
            `127.0.0.1:${/^\d/.test(listen[name]) ? '' : '0,'}${listen[name]}`]);
        server.process = spawn(CERTGATED, [...words, ...options],
            { env: server.env, stdio: ['ignore', 'pipe', 'pipe'] });
        const ports = await server.#ready();
        server.ports = Object.fromEntries(names.map((name, i) => [name, ports[i]]));
        return server;
    }

    // The listeners' ports, in the order of the command line.
    async #ready() {
        const ports = [];
        this.lines = [];
        this.errors = []; // lines of standard error: requests, handshakes that failed
        readline.createInterface({ input: this.process.stderr })
            .on('line', (text) => this.errors.push(text));
        const timer = setTimeout(() => this.process.kill('SIGKILL'), DEADLINE_MS);
        const lines = readline.createInterface({ input: this.process.stdout });
        for await (const line of lines) {
            const found = /^listening https?:\/\/127\.0\.0\.1:(\d+)/.exec(line);
            if (found) {
                ports.push(Number(found[1]));
            }
            if (line.startsWith('ready')) {
                clearTimeout(timer);
                // From here on: what it logs, for tests that look.
                readline.createInterface({ input: this.process.stdout })
                    .on('line', (text) => this.lines.push(text));
                return ports;
            }
        }
        throw new Error(`certgated did not start: ${this.errors.join('\n')}`);
    }

    url(name, where = '/', host = 'localhost') {
        const scheme = name.startsWith('plain') ? 'http' : 'https';
        return `${scheme}://${host}:${this.ports[name]}${where}`;
    }

    certgate(...words) {
        return execFileSync(CERTGATE, words, { env: this.env }).toString();
    }

    // A case's certificate and key as browsers import them.
    p12(name) {
        return this.certgate('forge', name, '--p12').trim();
    }

    // All cases, with what each must get.
    cases() {
        return JSON.parse(this.certgate('list', '--json'));
    }

    // What it answers to `certgate get` with these words, whatever the status.
    body(name, where, ...words) {
        const file = path.join(this.folder, 'body.html');
        fs.rmSync(file, { force: true });
        spawnSync(CERTGATE, ['get', this.url(name, where), '--output', file, ...words],
            { env: this.env });
        return fs.readFileSync(file, 'utf8');
    }

    // Orders a certificate at the desk and takes its .p12; {name, url, file, ...}.
    async mint(order) {
        const answer = await fetch(this.url('plain-desk', '/mint'), {
            method: 'POST',
            headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify(order),
        });
        const minted = await answer.json();
        if (!answer.ok) {
            throw new Error(`mint: ${minted.error}`);
        }
        const file = await fetch(this.url('plain-desk', minted.p12));
        minted.file = path.join(this.folder, `${minted.name}.p12`);
        fs.writeFileSync(minted.file, Buffer.from(await file.arrayBuffer()));
        minted.disposition = file.headers.get('content-disposition');
        return minted;
    }

    // Everything that it wrote of what it saw: its terminal and its logs.
    logs() {
        const texts = [this.lines.join('\n')];
        const folder = path.join(this.env.XDG_STATE_HOME, 'certgate/logs');
        for (const file of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
            if (file.isFile()) {
                texts.push(fs.readFileSync(path.join(file.parentPath ?? file.path, file.name),
                    'latin1'));
            }
        }
        return texts.join('\n');
    }

    async stop() {
        const ended = new Promise((resolve) => this.process.once('exit', resolve));
        this.process.kill('SIGTERM');
        await ended;
        fs.rmSync(this.folder, { recursive: true, force: true });
    }
}
