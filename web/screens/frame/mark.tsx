export const Mark = () => (
  <svg viewBox="0 0 32 32" className="size-6 shrink-0 text-primary" aria-hidden>
    <rect width="32" height="32" rx="7" fill="currentColor" />
    <path
      d="M9 12.5h11.5M17 8l4.5 4.5L17 17M23 19.5H11.5M15 15l-4.5 4.5L15 24"
      fill="none"
      stroke="var(--color-primary-content)"
      strokeWidth="2.4"
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  </svg>
);
