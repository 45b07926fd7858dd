// SPDX-License-Identifier: MIT
// Other programs: whether they are there, and waiting for what they do.

import { execFileSync } from 'node:child_process';

const DEADLINE_MS = 120000;
const INTERVAL_MS = 100;

export function run(command, ...words) {
    return execFileSync(command, words, { stdio: ['ignore', 'pipe', 'pipe'] }).toString();
}

export function works(command, ...words) {
    try {
        run(command, ...words);
        return true;
    } catch {
        return false;
    }
}

// "" or which of the commands are not here.
export function missing(...commands) {
    const absent = commands.filter((command) => !works('which', command));
    return absent.length === 0 ? '' : `${absent.join(', ')}: not installed`;
}

// What `look` gives as soon as it is something; while it throws there is nothing yet.
export async function until(what, look, deadlineMs = DEADLINE_MS) {
    let reason = '';
    for (const end = Date.now() + deadlineMs; Date.now() < end;) {
        try {
            const found = await look();
            if (found) {
                return found;
            }
        } catch (error) {
            reason = `: ${error.message}`;
        }
        await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
    }
    throw new Error(`no ${what} in ${deadlineMs / 1000} s${reason}`);
}
