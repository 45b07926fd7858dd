// SPDX-License-Identifier: MIT
// Counts and prints TAP, as tests/integration/harness.py does for Python.

export class Tap {
    n = 0;
    failed = 0;

    ok(good, name, detail = '') {
        this.n += 1;
        this.failed += good ? 0 : 1;
        console.log(`${good ? 'ok' : 'not ok'} ${this.n} - ${name}`);
        if (!good) {
            this.note(detail);
        }
        return good;
    }

    equal(got, want, name) {
        return this.ok(got === want, name,
            `got ${JSON.stringify(got)}, want ${JSON.stringify(want)}`);
    }

    skip(name, why) {
        this.n += 1;
        console.log(`ok ${this.n} - ${name} # SKIP ${why}`);
    }

    note(text) {
        for (const line of String(text).split('\n').slice(0, 40)) {
            console.log(`# ${line}`);
        }
    }

    // Runs `body`; what it throws is a failure with that name.
    async part(name, body) {
        try {
            await body();
        } catch (error) {
            this.ok(false, name, error.stack ?? error);
        }
    }

    done() {
        console.log(`1..${this.n}`);
        process.exitCode = this.failed > 0 ? 1 : 0;
    }
}

export function skipAll(why) {
    console.log(`1..0 # SKIP ${why}`);
    process.exit(0);
}
