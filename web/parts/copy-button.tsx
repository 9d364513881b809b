import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { IconButton } from '~/parts/button.tsx';

/** Copies a text; says so. Where the browser forbids it, the text stands selectable beside the button anyway. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
      setTimeout(() => setCopied(false), 2000);
    } catch {
      // Not on HTTPS, or refused: the person selects the text by hand.
      setCopied(false);
    }
  };
  return (
    <IconButton label={copied ? 'Copied' : label} icon={copied ? Check : Copy} onClick={() => void copy()} className="btn-xs" />
  );
}
