// SPDX-License-Identifier: MIT
// A certgated on free ports for the tests of one file, with certificates and stores of its
// own that go away with it. Copy this folder; certgated and certgate have to be in PATH.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export class Certgate {
    static async start(...options) {
        const self = new Certgate();
        const folder = self.folder = await mkdtemp(join(tmpdir(), 'certgate-'));
        self.env = { ...process.env, CERTGATE_HOME: join(folder, 'home') };
        // Nothing of the developer's own certgated.
        for (const name of ['CONFIG_HOME', 'STATE_HOME', 'CACHE_HOME', 'RUNTIME_DIR']) {
            self.env[`XDG_${name}`] = folder;
        }
        // Descriptor 3 says when the server is ready; 4 ends it with us, however we end.
        self.server = spawn('certgated', [
            '--listen', '127.0.0.1:0', '--listen', '127.0.0.1:0,desk,pki',
            '--listen', '127.0.0.1:0,control', '--log-dir', folder,
            '--port-file', join(folder, 'ports'), '--ready-fd', '3', '--lifeline-fd', '4',
            ...options,
        ], { env: self.env, stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'] });
        self.ended = once(self.server, 'exit'); // rejects if there is no such program
        let said = '';
        self.server.stderr.setEncoding('utf8').on('data', (text) => { said += text; });
        const ready = await Promise.race([
            once(self.server.stdio[3], 'data').then(() => true),
            self.ended.then(() => false),
        ]).catch((error) => { said = error.message; });
        if (!ready) {
            await rm(folder, { recursive: true });
            throw new Error(`certgated did not start: ${said}`);
        }
        const ports = (await readFile(join(folder, 'ports'), 'utf8')).split('\n');
        // Not localhost: Node 18 takes that for ::1, and gives up if nobody listens there.
        self.url = `https://127.0.0.1:${ports[0]}/`;
        self.env.CERTGATE_CONTROL = `http://127.0.0.1:${ports[2]}`;
        self.ca = await readFile(join(folder, 'home', 'authorities', 'root.crt'));
        return self;
    }

    async stop() {
        this.server.kill();
        const [code] = await this.ended;
        await rm(this.folder, { recursive: true });
        if (code !== 0) {
            throw new Error(`certgated ended with ${code}`);
        }
    }

    async run(...words) {
        return (await run('certgate', words.map(String), { env: this.env })).stdout;
    }

    // What https.Agent wants: certificate, chain and key; nothing for the case "none".
    async credential(name) {
        if (name === 'none') {
            return {};
        }
        const pem = await readFile((await this.run('forge', name)).trim());
        return { cert: pem, key: pem };
    }

    // The number of the newest event: expect({ since }) looks behind it.
    async mark() {
        const newest = await this.run('events', '--json', '--limit', 1);
        return newest === '' ? 0 : JSON.parse(newest).sequence;
    }

    // Throws, with what the server saw instead, if it did not see this.
    async expect(what) {
        const words = Object.entries(what).flatMap(([name, value]) => [`--${name}`, value]);
        await this.run('expect', '--within', '5s', ...words);
    }

    async revoke(name, state = 'revoked') {
        await this.run('revoke', name, '--as', state);
    }

    async reset() {
        await this.run('revoke', '--reset');
    }
}
