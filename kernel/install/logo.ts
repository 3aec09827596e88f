/** The kernel's picture in JupyterLab's launcher: two classes of points and the boundary between them. */
export const LOGO_SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64" viewBox="0 0 64 64">
  <clipPath id="card"><rect x="2" y="2" width="60" height="60" rx="12"/></clipPath>
  <g clip-path="url(#card)">
    <rect width="64" height="64" fill="#3178c6"/>
    <path d="M64 0H40C22 14 46 26 30 40S22 56 20 64H64Z" fill="#f28e2b"/>
    <path d="M40 0C22 14 46 26 30 40S22 56 20 64" fill="none" stroke="#fff" stroke-width="2.5"/>
    <g fill="#fff">
      <circle cx="14" cy="14" r="3.5"/><circle cx="23" cy="26" r="3.5"/><circle cx="12" cy="34" r="3.5"/><circle cx="14" cy="50" r="3.5"/>
    </g>
    <g fill="none" stroke="#fff" stroke-width="2.5">
      <circle cx="46" cy="12" r="3"/><circle cx="50" cy="30" r="3"/><circle cx="42" cy="44" r="3"/><circle cx="34" cy="55" r="3"/>
    </g>
  </g>
</svg>
`;
