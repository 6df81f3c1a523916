let c = process.cpuUsage(); const used = () => { const u = process.cpuUsage(c); c = process.cpuUsage(); return ((u.user + u.system) / 1000).toFixed(0); };
const { generate } = await import('./index.ts');
console.log('load cpu', used());
for (let i = 0; i < 3; i++) {
const r = await generate({ globs: ['src/*.contract.ts'], cwd: '/tmp/cg/big', out: 'generated', importExtension: 'ts' });
console.log('generate cpu', used(), 'ms', r.services.length);
}
