// SPDX-License-Identifier: MIT
// How our client gets on with a server that wants client certificates, as IIS does.
// Run: node --test
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import https from 'node:https';

import { Certgate } from './certgate.mjs';
import { fetchPage, Refused } from './client.mjs';

// `certgate list` shows all of them, and what each must get.
const CASES = {
    'good': '200',
    'none': '403.7',
    'eku-server': '403.16',
    'unknown-root': '403.16',
    'chain-missing': '403.16',
    'expired': '403.17',
    'not-yet-valid': '403.17',
    'revoked': '403.13',
};

describe('a server that wants client certificates', () => {
    let certgate;
    const agents = [];

    // A connection that is kept alive keeps its certificate, so each has its own agent.
    async function agentOf(name) {
        const agent = new https.Agent({
            ca: certgate.ca, keepAlive: true, ...await certgate.credential(name),
        });
        agents.push(agent);
        return agent;
    }

    before(async () => { certgate = await Certgate.start(); });
    after(() => certgate?.stop());
    afterEach(async () => {
        agents.splice(0).forEach((agent) => agent.destroy());
        await certgate.reset();
    });

    for (const [name, want] of Object.entries(CASES)) {
        it(`${name}: ${want}`, async () => {
            const since = await certgate.mark();
            const agent = await agentOf(name);
            const got = await fetchPage(certgate.url, agent).then(() => '200', (error) => {
                assert.ok(error instanceof Refused, error);
                return error.reason;
            });
            assert.equal(got, want);
            await certgate.expect({ type: 'request', verdict: want, count: 1, since });
        });
    }

    it('sends its certificate', async () => {
        const since = await certgate.mark();
        await fetchPage(certgate.url, await agentOf('good'));
        await certgate.expect({ subject: 'CN=good', verdict: '200', count: 1, since });
    });

    it('is refused when its certificate is revoked, on the same connection', async () => {
        const agent = await agentOf('good');
        await fetchPage(certgate.url, agent);
        await certgate.revoke('good');
        await assert.rejects(fetchPage(certgate.url, agent), { reason: '403.13' });
        await certgate.revoke('good', 'good');
        await fetchPage(certgate.url, agent);
    });
});
