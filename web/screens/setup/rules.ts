export const emailRule = {
  required: 'Give an e-mail address.',
  pattern: { value: /^[^\s@]+@[^\s@]+\.[^\s@]+$/, message: 'An e-mail address looks like name@example.com.' },
};

export const shortestPassword = 10;
export const passwordRule = {
  required: 'Choose a password.',
  minLength: { value: shortestPassword, message: `The password needs at least ${shortestPassword} characters.` },
};
