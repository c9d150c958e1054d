/** The people and units of a borough that does not exist. */
export interface DemoPerson {
  readonly photo: string;
  readonly official: {
    readonly name: string;
    readonly post: string;
    readonly unit: string;
    readonly validFrom: string;
    readonly powers: readonly string[];
    readonly mayAsk: readonly string[];
    readonly neverAsks: readonly string[];
  };
}

export const units = [
  { code: 'AE', name: 'Alcaldía de Ejemplo', coveredSince: '2026-01-01', phone: '55 0000 0000' },
  { code: 'AE/DGG', name: 'Dirección General de Gobierno', coveredSince: '2026-01-01', parent: 'AE' },
  { code: 'AE/DGG/SCI', name: 'Subdirección de Control e Inspección', coveredSince: '2026-03-01', parent: 'AE/DGG' },
] as const;

const NEVER = ['Dinero en efectivo', 'Depósitos o transferencias', 'Claves o contraseñas'];

export const people: readonly DemoPerson[] = [
  {
    photo: 'persona-1.jpg',
    official: {
      name: 'Lucía Nuñez Güereña',
      post: 'Directora General de Gobierno',
      unit: 'AE/DGG',
      validFrom: '2024-10-01',
      powers: ['Suscribir los oficios de su dirección', 'Ordenar visitas de verificación administrativa'],
      mayAsk: ['Identificación oficial', 'Licencia de funcionamiento'],
      neverAsks: NEVER,
    },
  },
  {
    photo: 'persona-2.jpg',
    official: {
      name: 'Óscar Peña Ávila',
      post: 'Subdirector de Control e Inspección',
      unit: 'AE/DGG/SCI',
      validFrom: '2024-10-01',
      powers: ['Notificar resoluciones'],
      mayAsk: ['Identificación oficial'],
      neverAsks: NEVER,
    },
  },
  {
    photo: 'persona-3.jpg',
    official: {
      name: 'Ángel Íñiguez Cárdenas',
      post: 'Personal especializado en visitas',
      unit: 'AE/DGG/SCI',
      validFrom: '2025-02-01',
      powers: ['Realizar visitas ordenadas por escrito'],
      mayAsk: ['Permitir el acceso con orden de visita a la vista'],
      neverAsks: NEVER,
    },
  },
];
