/* Addresses that people pass on, copied with a button; without a script they are selected by hand. */

for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-copy]')) {
  const label = button.textContent;
  button.hidden = false;
  button.addEventListener('click', () => {
    void navigator.clipboard.writeText(button.dataset['copy'] ?? '').then(
      () => {
        button.textContent = 'Copiado';
        setTimeout(() => (button.textContent = label), 2000);
      },
      () => {
        button.textContent = 'No se pudo copiar: selecciónelo y cópielo a mano';
      },
    );
  });
}
