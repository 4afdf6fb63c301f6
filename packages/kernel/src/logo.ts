/** The kernel's picture in JupyterLab's launcher: a slice with a template stepping through its rotations. */
export const LOGO_SVG = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">
<rect width="64" height="64" rx="8" fill="#1f3a4d"/>
<g fill="none" stroke="#7fd1c7" stroke-width="4">
<rect x="17" y="17" width="30" height="30" opacity=".35"/>
<rect x="17" y="17" width="30" height="30" opacity=".65" transform="rotate(22 32 32)"/>
<rect x="17" y="17" width="30" height="30" transform="rotate(45 32 32)"/>
</g>
<circle cx="32" cy="32" r="5" fill="#ffb454"/>
</svg>
`;
