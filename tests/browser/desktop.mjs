// SPDX-License-Identifier: MIT
// A screen that nobody sees, with a window manager, a keyboard and a camera: for what
// browsers ask outside of pages.

import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { missing, until } from './programs.mjs';

const WAIT_MS = 30000;
const SIZE = { width: 960, height: 680 };

export class Desktop {
    static SIZE = SIZE;

    // "" or why there is none here.
    static missing() {
        return missing('Xvfb', 'openbox', 'xdotool', 'import');
    }

    static async start() {
        const desktop = new Desktop();
        desktop.screen = spawn('Xvfb', ['-displayfd', '3', '-nolisten', 'tcp', '-screen', '0',
            `${SIZE.width}x${SIZE.height}x24`], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
        const number = await new Promise((resolve, reject) => {
            desktop.screen.stdio[3].once('data', (data) => resolve(String(data).trim()));
            desktop.screen.once('exit', () => reject(new Error('Xvfb ended')));
        });
        desktop.env = { DISPLAY: `:${number}` };
        desktop.manager = spawn('openbox', ['--sm-disable', '--startup', 'echo ready'],
            { env: { ...process.env, ...desktop.env }, stdio: ['ignore', 'pipe', 'ignore'] });
        await new Promise((resolve, reject) => {
            desktop.manager.stdout.once('data', resolve);
            desktop.manager.once('exit', () => reject(new Error('openbox ended')));
        });
        return desktop;
    }

    #run(command, ...words) {
        return execFileSync(command, words, {
            env: { ...process.env, ...this.env }, stdio: ['ignore', 'pipe', 'ignore'],
            maxBuffer: 4 * SIZE.width * SIZE.height,
        });
    }

    press(key) {
        this.#run('xdotool', 'key', key);
    }

    // What is to be seen below the browser's bars, where nothing turns or blinks.
    look(top = 150) {
        return createHash('sha256').update(this.#run('import', '-window', 'root', '-depth', '8', '-crop',
            `${SIZE.width}x${SIZE.height - top}+0+${top}`, 'rgb:-')).digest('hex');
    }

    // Waits until the screen differs from `before` and has come to rest; what it shows then.
    async changed(before) {
        let last = '';
        return until('change of the screen', async () => {
            const now = this.look();
            const isStill = now === last;
            last = now;
            return isStill && now !== before ? now : '';
        }, WAIT_MS);
    }

    // A picture of all of it; few colours make a small file, and nobody sees a difference.
    capture(file) {
        this.#run('import', '-window', 'root', '-strip', '-dither', 'None', '-colors', '64',
            `png8:${file}`);
    }

    async stop() {
        for (const child of [this.manager, this.screen]) {
            const ended = new Promise((resolve) => child.once('exit', resolve));
            if (child.exitCode === null && child.signalCode === null) {
                child.kill('SIGTERM');
                await ended;
            }
        }
    }
}
