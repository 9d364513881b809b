import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const web = fileURLToPath(new URL('.', import.meta.url));

export default defineConfig({
  root: web,
  plugins: [react(), tailwindcss()],
  resolve: { alias: [{ find: /^~\//, replacement: web }] },
  build: { outDir: 'dist', emptyOutDir: true, target: 'es2023', sourcemap: true },
  server: { port: 4401, proxy: { '/api': 'http://127.0.0.1:4400' } },
});
