<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="es" sourcelanguage="en">
<context>
<name>Actions</name>
<message><source>&amp;Add downloads…</source><translation>&amp;Añadir descargas…</translation></message>
<message><source>Add</source><translation>Añadir</translation></message>
<message><source>Add from the c&amp;lipboard</source><translation>Añadir desde el porta&amp;papeles</translation></message>
<message><source>&amp;Open lists…</source><translation>&amp;Abrir listas…</translation></message>
<message><source>&amp;Export the list…</source><translation>&amp;Exportar la lista…</translation></message>
<message><source>&amp;Take over an unfinished file…</source><translation>&amp;Tomar un archivo sin terminar…</translation></message>
<message><source>&amp;Resume</source><translation>&amp;Reanudar</translation></message>
<message><source>A&amp;llow it and try again</source><translation>Permitirlo &amp;y reintentar</translation></message>
<message><source>&amp;End recording and keep it</source><translation>Finali&amp;zar la grabación y conservarla</translation></message>
<message><source>&amp;Pause</source><translation>Pa&amp;usar</translation></message>
<message><source>Pause or resume</source><translation>Pausar o reanudar</translation></message>
<message><source>Re&amp;move</source><translation>&amp;Quitar</translation></message>
<message><source>Remove with f&amp;ile</source><translation>Quitar junto con el arc&amp;hivo</translation></message>
<message><source>&amp;Delete for good…</source><translation>&amp;Eliminar definitivamente…</translation></message>
<message><source>Move &amp;up in line</source><translation>Su&amp;bir en la cola</translation></message>
<message><source>Move up</source><translation>Subir</translation></message>
<message><source>Move do&amp;wn in line</source><translation>Ba&amp;jar en la cola</translation></message>
<message><source>Move down</source><translation>Bajar</translation></message>
<message><source>Move to the &amp;top</source><translation>Mover al pr&amp;incipio</translation></message>
<message><source>Move to the &amp;bottom</source><translation>Mover al &amp;final</translation></message>
<message><source>&amp;Open</source><translation>&amp;Abrir</translation></message>
<message><source>Show in &amp;folder</source><translation>&amp;Mostrar en la carpeta</translation></message>
<message><source>Re&amp;name…</source><translation>Re&amp;nombrar…</translation></message>
<message><source>Move to another fo&amp;lder…</source><translation>Mover a &amp;otra carpeta…</translation></message>
<message><source>Sort b&amp;y the rules…</source><translation>Ordenar según las re&amp;glas…</translation></message>
<message><source>Change addre&amp;ss…</source><translation>Cambiar la &amp;dirección…</translation></message>
<message><source>Lo&amp;g in…</source><translation>&amp;Iniciar sesión…</translation></message>
<message><source>Show the c&amp;ertificate…</source><translation>Mostrar el certi&amp;ficado…</translation></message>
<message><source>Rules for the h&amp;ost…</source><translation>Reglas del h&amp;ost…</translation></message>
<message><source>Cook&amp;ies…</source><translation>Cook&amp;ies…</translation></message>
<message><source>E&amp;xtract</source><translation>E&amp;xtraer</translation></message>
<message><source>&amp;Verify again</source><translation>&amp;Verificar de nuevo</translation></message>
<message><source>&amp;Download again</source><translation>Descar&amp;gar de nuevo</translation></message>
<message><source>Wat&amp;ch for changes…</source><translation>Vigilar los &amp;cambios…</translation></message>
<message><source>&amp;Hand over to yt-dlp</source><translation>Pasar a &amp;yt-dlp</translation></message>
<message><source>Propert&amp;ies…</source><translation>Propiedade&amp;s…</translation></message>
<message><source>&amp;Copy address</source><translation>&amp;Copiar dirección</translation></message>
<message><source>Select &amp;all</source><translation>Seleccionar &amp;todo</translation></message>
<message><source>Pause a&amp;ll</source><translation>Pausar &amp;todas</translation></message>
<message><source>Resume all paus&amp;ed</source><translation>Reanudar &amp;las pausadas</translation></message>
<message><source>&amp;Clear finished from the list</source><translation>Quitar de la lista lo com&amp;pletado</translation></message>
<message><source>&amp;Quiet</source><translation>&amp;Silencioso</translation></message>
<message><source>Start no&amp;w, regardless</source><translation>Empe&amp;zar ya, pese a todo</translation></message>
<message><source>&amp;Undo remove</source><translation>Des&amp;hacer «Quitar»</translation></message>
<message><source>&amp;Find</source><translation>&amp;Buscar</translation></message>
<message><source>&amp;Details</source><translation>&amp;Detalles</translation></message>
<message><source>&amp;One-line rows</source><translation>Filas de &amp;una línea</translation></message>
<message><source>&amp;History…</source><translation>&amp;Historial…</translation></message>
<message><source>&amp;Settings…</source><translation>A&amp;justes…</translation></message>
<message><source>&amp;Keyboard shortcuts</source><translation>&amp;Atajos de teclado</translation></message>
<message><source>&amp;About Headrace</source><translation>A&amp;cerca de Headrace</translation></message>
<message><source>When all is &amp;done</source><translation>Cua&amp;ndo todo termine</translation></message>
<message><source>&amp;Quit</source><translation>&amp;Salir</translation></message>
<message><source>&amp;File</source><translation>&amp;Archivo</translation></message>
<message><source>&amp;Edit</source><translation>&amp;Editar</translation></message>
<message><source>&amp;View</source><translation>&amp;Ver</translation></message>
<message><source>&amp;Download</source><translation>&amp;Descarga</translation></message>
<message><source>&amp;Help</source><translation>A&amp;yuda</translation></message>
<message><source>&amp;Try again</source><translation>&amp;Reintentar</translation></message>
<message><source>&amp;Copy addresses</source><translation>&amp;Copiar direcciones</translation></message>
<message><source>Rules for {host}…</source><translation>Reglas para {host}…</translation></message>
<message><source>Show the host k&amp;ey…</source><translation>Veri&amp;ficar la clave del servidor…</translation></message>
</context>
<context>
<name>Add</name>
<message><source>Addresses</source><translation>Direcciones</translation></message>
<message><source>Add downloads</source><translation>Añadir descargas</translation></message>
<message><source>Reading… {count}</source><translation>Leyendo… {count}</translation></message>
<message><source>The text is too long: its end is left out.</source><translation>El texto es demasiado largo: se omite el final.</translation></message>
<message><source>at least {size}</source><translation>al menos {size}</translation></message>
<message numerus="yes"><source>%Ln line(s) without an address</source><translation><numerusform>%Ln línea sin dirección</numerusform><numerusform>%Ln líneas sin dirección</numerusform></translation></message>
<message><source>Download</source><translation>Descargar</translation></message>
<message><source>A&amp;dd paused</source><translation>Añadir en pa&amp;usa</translation></message>
<message><source>Download {count}</source><translation>Descargar {count}</translation></message>
<message><source>Download now</source><translation>Descargar ahora</translation></message>
<message><source>Take &amp;brackets as they are</source><translation>Dejar los corche&amp;tes tal cual</translation></message>
<message><source>For addresses that really hold [1-3] or {a,b}</source><translation>Para direcciones que contienen de verdad [1-3] o {a,b}</translation></message>
<message><source>Mor&amp;e: headers, login, proxy, limit, checksum, mirrors</source><translation>&amp;Más: cabeceras, credenciales, proxy, límite, suma de verificación, espejos</translation></message>
<message><source>Cancel</source><translation>Cancelar</translation></message>
<message><source>One address a line, patterns such as [01-12], or a pasted curl command</source><translation>Una dirección por línea, patrones como [01-12] o un comando de curl pegado</translation></message>
<message><source>Headrace</source><translation>Headrace</translation></message>
<message><source>Firefox on Windows</source><translation>Firefox en Windows</translation></message>
<message><source>Chrome on Windows</source><translation>Chrome en Windows</translation></message>
<message><source>Edge on Windows</source><translation>Edge en Windows</translation></message>
<message><source>Safari on a Mac</source><translation>Safari en Mac</translation></message>
<message><source>curl</source><translation>curl</translation></message>
<message><source>&amp;Headers, one a line</source><translation>C&amp;abeceras, una por línea</translation></message>
<message><source>&amp;Referer</source><translation>&amp;Referer</translation></message>
<message><source>User &amp;agent</source><translation>Agente de usuar&amp;io</translation></message>
<message><source>&amp;User name</source><translation>Nom&amp;bre de usuario</translation></message>
<message><source>&amp;Password</source><translation>C&amp;ontraseña</translation></message>
<message><source>Cookies</source><translation>Cookies</translation></message>
<message><source>C&amp;onnections at most</source><translation>Cone&amp;xiones máximas</translation></message>
<message><source>Speed &amp;limit</source><translation>Límite de veloci&amp;dad</translation></message>
<message><source>Pro&amp;xy</source><translation>Pro&amp;xy</translation></message>
<message><source>Chec&amp;ksum</source><translation>Suma de &amp;verificación</translation></message>
<message><source>&amp;Mirrors, one a line</source><translation>&amp;Espejos, uno por línea</translation></message>
<message><source>Name: value</source><translation>Nombre: valor</translation></message>
<message><source>As in the settings</source><translation>Según los ajustes</translation></message>
<message><source>sha256:… or the bare digest</source><translation>sha256:… o solo el valor</translation></message>
<message><source>Other addresses of the same file</source><translation>Otras direcciones del mismo archivo</translation></message>
<message><source>No limit of its own</source><translation>Sin límite propio</translation></message>
<message><source> MB/s</source><translation> MB/s</translation></message>
<message><source>Pri&amp;vate</source><translation>Priva&amp;do</translation></message>
<message><source>Nothing is kept of it but the file: no history, no log, no mark. What is unfinished when Headrace ends is deleted.</source><translation>De ella solo queda el archivo: ni historial, ni registro, ni marca. Lo que no esté terminado al cerrar Headrace se elimina.</translation></message>
<message><source>The header “{name}” cannot be sent: write Name: value</source><translation>No se puede enviar la cabecera «{name}»: escribe Nombre: valor</translation></message>
<message><source>Headrace sets the header “{name}” itself</source><translation>La cabecera «{name}» la pone Headrace</translation></message>
<message><source>Write the proxy as http://proxy.example:3128, or “direct” for none</source><translation>Escriba el proxy como http://proxy.example:3128, o «direct» para ninguno</translation></message>
<message><source>This is no checksum: digits are missing, or too many</source><translation>No es una suma de verificación: faltan o sobran cifras</translation></message>
<message><source>This checksum proves nothing; SHA-256 would</source><translation>Esta suma de verificación no demuestra nada; SHA-256 sí</translation></message>
<message><source>A mirror is an address with http, https, ftp or sftp</source><translation>Un espejo es una dirección con http, https, ftp o sftp</translation></message>
<message><source>{most} mirrors are the most</source><translation>El máximo es de {most} espejos</translation></message>
<message><source>&amp;Name</source><translation>&amp;Nombre</translation></message>
<message><source>&amp;Category</source><translation>&amp;Categoría</translation></message>
<message><source>&amp;Queue</source><translation>Co&amp;la</translation></message>
<message><source>By type</source><translation>Según el tipo</translation></message>
<message><source>Main</source><translation>Principal</translation></message>
<message><source>&amp;Save to (folder of the queue {queue})</source><extracomment>{queue} is the name of a queue that has a folder of its own</extracomment><translation>&amp;Guardar en (carpeta de la cola {queue})</translation></message>
<message><source>&amp;Save to</source><translation>&amp;Guardar en</translation></message>
<message numerus="yes"><source>Already there: %Ln</source><translation><numerusform>Ya existe: %Ln</numerusform><numerusform>Ya existen: %Ln</numerusform></translation></message>
<message><source>{status}, not found</source><translation>{status}, no encontrado</translation></message>
<message><source>{status}, gone</source><translation>{status}, ya no existe</translation></message>
<message><source>{status}, refused</source><translation>{status}, denegado</translation></message>
<message><source>needs a login</source><translation>pide iniciar sesión</translation></message>
<message><source>proxy needs a login</source><translation>el proxy pide iniciar sesión</translation></message>
<message><source>proxy cannot be reached</source><translation>proxy inaccesible</translation></message>
<message><source>proxy refuses</source><translation>el proxy rechaza</translation></message>
<message><source>{status}, too many requests</source><translation>{status}, demasiadas solicitudes</translation></message>
<message><source>{status}, server is busy</source><translation>{status}, servidor ocupado</translation></message>
<message><source>{status}, server has a fault</source><translation>{status}, error del servidor</translation></message>
<message><source>no such server</source><translation>no existe el servidor</translation></message>
<message><source>cannot be reached</source><translation>no se puede acceder</translation></message>
<message><source>does not answer</source><translation>no responde</translation></message>
<message><source>connection lost</source><translation>conexión perdida</translation></message>
<message><source>not to be trusted</source><translation>no es de confianza</translation></message>
<message><source>needs an extra: {detail}</source><translation>necesita un extra: {detail}</translation></message>
<message><source>host key is not known</source><translation>clave del servidor desconocida</translation></message>
<message><source>host key has changed</source><translation>la clave del servidor ha cambiado</translation></message>
<message><source>not secure</source><translation>no es seguro</translation></message>
<message><source>leads to an unsafe place</source><translation>lleva a un sitio no seguro</translation></message>
<message><source>leads into a private network</source><translation>lleva a una red privada</translation></message>
<message><source>leads in circles</source><translation>redirige en círculo</translation></message>
<message><source>no file there</source><translation>no hay ningún archivo</translation></message>
<message><source>answer makes no sense</source><translation>respuesta sin sentido</translation></message>
<message><source>no web server</source><translation>no es un servidor web</translation></message>
<message><source>already in the list</source><translation>ya está en la lista</translation></message>
<message><source>file is there already</source><translation>el archivo ya existe</translation></message>
<message><source>name is taken in the list</source><translation>nombre ya usado en la lista</translation></message>
<message><source>will be resumed</source><translation>se reanudará</translation></message>
<message><source>again, new name</source><translation>de nuevo, con otro nombre</translation></message>
<message><source>will be replaced</source><translation>se reemplazará</translation></message>
<message><source>The command's proxy is not used.</source><translation>El proxy del comando no se usa.</translation></message>
<message><source>Certificates are checked as always, whatever the command says.</source><translation>Los certificados se comprueban como siempre, diga lo que diga el comando.</translation></message>
<message><source>The command's file of cookies is not read.</source><translation>El archivo de cookies del comando no se lee.</translation></message>
<message><source>The files that the command names are not read.</source><translation>Los archivos que nombra el comando no se leen.</translation></message>
<message><source>The command asks for a part; the whole file is fetched.</source><translation>El comando pide una parte; se descarga el archivo entero.</translation></message>
<message><source>The command logs in by a scheme that is not supported.</source><translation>El comando inicia sesión con un método no compatible.</translation></message>
<message><source>A header of the command cannot be sent and is left out.</source><translation>Una cabecera del comando no se puede enviar y se omite.</translation></message>
<message><source>asking…</source><translation>consultando…</translation></message>
<message><source>a web page</source><translation>una página web</translation></message>
<message><source>cannot be resumed</source><translation>no se puede reanudar</translation></message>
<message><source>resumable</source><translation>reanudable</translation></message>
<message><source>{checksum} expected</source><translation>{checksum} esperado</translation></message>
<message><source>{algorithm} must be {digest}</source><translation>{algorithm} debe ser {digest}</translation></message>
<message><source>Skip</source><translation>Omitir</translation></message>
<message><source>Resume</source><translation>Reanudar</translation></message>
<message><source>Keep both</source><translation>Conservar ambos</translation></message>
<message><source>Replace</source><translation>Reemplazar</translation></message>
<message><source>Leave what is there, and add nothing</source><translation>Dejar lo que hay y no añadir nada</translation></message>
<message><source>Go on with the download in the list</source><translation>Continuar la descarga de la lista</translation></message>
<message><source>Fetch again, under a new name</source><translation>Descargar de nuevo con otro nombre</translation></message>
<message><source>Fetch again; the new file takes the place of the old one</source><translation>Descargar de nuevo; el archivo nuevo sustituye al anterior</translation></message>
<message><source>Downloads found in the text</source><translation>Descargas encontradas en el texto</translation></message>
<message><source>Tick</source><translation>Marcar</translation></message>
<message><source>Untick</source><translation>Desmarcar</translation></message>
<message><source>Tick only these</source><translation>Marcar solo estas</translation></message>
<message><source>Tick all</source><translation>Marcar todas</translation></message>
<message><source>Untick all</source><translation>Desmarcar todas</translation></message>
<message><source>Ask the server again</source><translation>Volver a consultar al servidor</translation></message>
<message numerus="yes"><source>Copy %Ln address(es)</source><translation><numerusform>Copiar %Ln dirección</numerusform><numerusform>Copiar %Ln direcciones</numerusform></translation></message>
<message><source>What you paste appears here</source><translation>Lo que pegues aparecerá aquí</translation></message>
<message><source>Sends the headers {names}</source><translation>Envía las cabeceras {names}</translation></message>
<message><source>is not an address</source><translation>no es una dirección</translation></message>
<message><source>its checksum is damaged</source><translation>su suma de verificación está dañada</translation></message>
<message><source>a checksum, and no file of that name</source><translation>una suma de verificación, sin archivo de ese nombre</translation></message>
<message><source>stands for {count} addresses, {most} is the most</source><translation>equivale a {count} direcciones; el máximo es {most}</translation></message>
<message><source>it holds spaces or control characters</source><translation>contiene espacios o caracteres de control</translation></message>
<message><source>does not begin with http://, https://, ftp:// or sftp://</source><translation>no empieza por http://, https://, ftp:// o sftp://</translation></message>
<message><source>has a backslash in its host</source><translation>tiene una barra invertida en el host</translation></message>
<message><source>names no host</source><translation>no indica ningún host</translation></message>
<message><source>its host or port is not valid</source><translation>su host o puerto no es válido</translation></message>
<message><source>is a magnet link: a torrent client is for it</source><translation>es un enlace magnet: es cosa de un cliente torrent</translation></message>
<message><source>sends a form or a file, which a download cannot</source><translation>envía un formulario o un archivo; una descarga no puede hacerlo</translation></message>
<message><source>asks by another method than GET, which a download cannot</source><translation>usa un método distinto de GET; una descarga no puede hacerlo</translation></message>
<message><source>follows the links of pages; Headrace fetches single files</source><translation>sigue los enlaces de las páginas; Headrace descarga archivos sueltos</translation></message>
</context>
<context>
<name>Budgets</name>
<message><source>All networks</source><translation>Todas las redes</translation></message>
<message><source>Metered networks</source><translation>Redes de uso medido</translation></message>
<message><source>Wi-Fi</source><translation>Wi-Fi</translation></message>
<message><source>Mobile networks</source><translation>Redes móviles</translation></message>
<message><source>Ethernet</source><translation>Ethernet</translation></message>
<message><source>Other kinds of networks</source><translation>Otros tipos de redes</translation></message>
<message><source>{size} a day ({networks})</source><translation>{size} al día ({networks})</translation></message>
<message><source>{size} a week ({networks})</source><translation>{size} a la semana ({networks})</translation></message>
<message><source>{size} a month ({networks})</source><translation>{size} al mes ({networks})</translation></message>
<message><source>Each day</source><translation>Cada día</translation></message>
<message><source>Each week</source><translation>Cada semana</translation></message>
<message><source>Each month</source><translation>Cada mes</translation></message>
<message><source>It is whole again on {day}.</source><translation>Vuelve a estar completo el {day}.</translation></message>
<message><source>What comes now does not count.</source><translation>Lo que llega ahora no cuenta.</translation></message>
<message><source> GB</source><translation> GB</translation></message>
<message><source>from day</source><translation>desde el día</translation></message>
<message><source>How much may come: {budget}</source><translation>Cuánto puede llegar: {budget}</translation></message>
<message><source>How often: {budget}</source><translation>Con qué frecuencia: {budget}</translation></message>
<message><source>Which networks count: {budget}</source><translation>Qué redes cuentan: {budget}</translation></message>
<message><source>The day on which a month begins: {budget}</source><translation>El día en que empieza un mes: {budget}</translation></message>
<message><source>Remove {budget}</source><translation>Quitar {budget}</translation></message>
<message><source>Add budget</source><translation>Añadir límite de datos</translation></message>
<message><source>There is a budget for these networks and this period already.</source><translation>Ya hay un límite para estas redes y este período.</translation></message>
<message><source>The budget is removed: {budget}</source><translation>El límite se ha quitado: {budget}</translation></message>
</context>
<context>
<name>Categories</name>
<message><source>Add category</source><translation>Añadir categoría</translation></message>
<message><source>{name} is as it was.</source><translation>{name} vuelve a ser como antes.</translation></message>
<message><source>New category</source><translation>Nueva categoría</translation></message>
<message><source>nothing yet</source><translation>nada todavía</translation></message>
<message><source>Bring {name} back to what it was</source><translation>Restablecer {name}</translation></message>
<message><source>Show {name} earlier</source><translation>Mostrar {name} antes</translation></message>
<message><source>Show {name} later</source><translation>Mostrar {name} después</translation></message>
<message><source>There is a category of this name.</source><translation>Ya hay una categoría con este nombre.</translation></message>
<message><source>A category needs a name of 60 characters at most.</source><translation>Una categoría necesita un nombre de 60 caracteres como máximo.</translation></message>
<message><source>Write endings such as epub, without a dot within.</source><translation>Escriba extensiones como epub, sin puntos dentro.</translation></message>
<message><source>Write types such as application/pdf or audio/*.</source><translation>Escriba tipos como application/pdf o audio/*.</translation></message>
<message><source>Name</source><translation>Nombre</translation></message>
<message><source>Picture</source><translation>Imagen</translation></message>
<message><source>Types the server tells</source><translation>Tipos que indica el servidor</translation></message>
<message><source>Disc</source><translation>Disco</translation></message>
<message><source>Key</source><translation>Llave</translation></message>
<message><source>Tool</source><translation>Herramienta</translation></message>
</context>
<context>
<name>Certificate</name>
<message><source>Host key of {host}</source><translation>Clave de {host}</translation></message>
<message><source>Certificate of {host}</source><translation>Certificado de {host}</translation></message>
<message><source>Trust this key</source><translation>Confiar en esta clave</translation></message>
<message><source>Trust this certificate</source><translation>Confiar en este certificado</translation></message>
<message><source>It is another key than the one known before. Either the server was set up anew, or somebody stands between you and it. Trust it only if whoever runs the server tells you the same fingerprint.</source><translation>No es la clave conocida hasta ahora. O el servidor se ha instalado de nuevo, o alguien está entre usted y él. Confíe en ella solo si quien administra el servidor le da la misma huella.</translation></message>
<message><source>It is not known yet, and somebody may stand between you and the server. Trust it only if whoever runs the server tells you the same fingerprint; then no other key is accepted there.</source><translation>Todavía no se conoce, y alguien puede estar entre usted y el servidor. Confíe en ella solo si quien administra el servidor le da la misma huella; entonces no se acepta allí ninguna otra clave.</translation></message>
<message><source>It is not trusted: {why}. Somebody may stand between you and the server. Trust it only if you know the server and its fingerprint; then no other certificate is accepted there.</source><translation>No se confía en él: {why}. Alguien puede estar entre usted y el servidor. Confíe solo si conoce el servidor y su huella; entonces no se acepta allí ningún otro certificado.</translation></message>
<message><source>The server is asked for it…</source><translation>Se pide al servidor…</translation></message>
<message><source>Kind: {kind}</source><translation>Tipo: {kind}</translation></message>
<message><source>Issued to: {name}</source><translation>Emitido para: {name}</translation></message>
<message><source>Issued by: {name}</source><translation>Emitido por: {name}</translation></message>
<message><source>Valid: {first} to {last}</source><translation>Válido: del {first} al {last}</translation></message>
<message><source>SHA-256: {digest}</source><translation>SHA-256: {digest}</translation></message>
</context>
<context>
<name>Commands</name>
<message><source>Undo</source><translation>Deshacer</translation></message>
<message><source>Removed {what}</source><translation>Quitado de la lista: {what}</translation></message>
<message><source>Moved {what} to the trash</source><translation>Movido a la papelera: {what}</translation></message>
<message><source>Deleted {what}</source><translation>Eliminado: {what}</translation></message>
<message><source>Too many at once. Choose at most {count}.</source><translation>Demasiados a la vez. Elija {count} como máximo.</translation></message>
<message><source>{name} is a program, so it is shown rather than started</source><translation>{name} es un programa; se muestra, pero no se ejecuta</translation></message>
<message numerus="yes"><source>Copied %Ln address(es)</source><translation><numerusform>%Ln dirección copiada</numerusform><numerusform>%Ln direcciones copiadas</numerusform></translation></message>
<message><source>{name} is no longer in {folder}</source><translation>{name} ya no está en {folder}</translation></message>
<message><source>{name} could not be opened: no program for it was found</source><translation>No se pudo abrir {name}: no se encontró ningún programa adecuado</translation></message>
</context>
<context>
<name>Cookies</name>
<message><source>Out of a browser, now and this once</source><translation>De un navegador, ahora y solo esta vez</translation></message>
<message><source>Pasted</source><translation>Pegadas</translation></message>
<message><source>Out of a cookies.txt, read again whenever needed</source><translation>De un cookies.txt, que se relee cuando hace falta</translation></message>
<message><source>None but those of the settings</source><translation>Ninguna salvo las de los ajustes</translation></message>
<message><source>There is no browser here whose cookies can be read.</source><translation>Aquí no hay ningún navegador cuyas cookies se puedan leer.</translation></message>
<message><source>The cookies of {browser} cannot be read.</source><translation>No se pueden leer las cookies de {browser}.</translation></message>
<message><source>The cookies of {browser} are encrypted. Install what deciphers them: {command}</source><translation>Las cookies de {browser} están cifradas. Instale lo que las descifra: {command}</translation></message>
<message><source>The system's keyring does not give the key to the cookies of {browser}.</source><translation>El llavero del sistema no da la clave de las cookies de {browser}.</translation></message>
<message><source>On Windows {browser} seals its cookies so that no other program can read them. Use Firefox, the extension for browsers, or a cookies.txt.</source><translation>En Windows, {browser} sella sus cookies para que ningún otro programa pueda leerlas. Use Firefox, la extensión para navegadores o un cookies.txt.</translation></message>
<message><source>Cookies</source><translation>Cookies</translation></message>
<message><source>Use</source><translation>Usar</translation></message>
<message><source>&amp;Where they come from</source><translation>&amp;De dónde vienen</translation></message>
<message><source>Browser and profile</source><translation>Navegador y perfil</translation></message>
<message><source>&amp;Look for cookies of {site}</source><translation>&amp;Buscar las cookies de {site}</translation></message>
<message><source>Cookie: name=value; … or the text of a cookies.txt</source><translation>Cookie: nombre=valor; … o el texto de un cookies.txt</translation></message>
<message><source>File</source><translation>Archivo</translation></message>
<message><source>&amp;Choose a file…</source><translation>&amp;Elegir un archivo…</translation></message>
<message><source>&amp;Keep them in the system's keyring</source><translation>&amp;Guardarlas en el llavero del sistema</translation></message>
<message><source>No browser was found</source><translation>No se encontró ningún navegador</translation></message>
<message><source>Look for cookies first; nothing is taken unseen.</source><translation>Busque primero las cookies; nada se toma sin mostrarlo.</translation></message>
<message><source>Write them as name=value; name=value, or paste the text of a cookies.txt.</source><translation>Escríbalas como nombre=valor; nombre=valor, o pegue el texto de un cookies.txt.</translation></message>
<message><source>Name the file in full, or choose it.</source><translation>Indique la ruta completa del archivo o elíjalo.</translation></message>
<message><source>This is not a cookies.txt that can be read.</source><translation>Esto no es un cookies.txt que se pueda leer.</translation></message>
<message><source>{browser} has no cookies for {site}. Log in there first.</source><translation>{browser} no tiene cookies para {site}. Inicie sesión allí primero.</translation></message>
<message><source>Choose…</source><translation>Elegir…</translation></message>
<message><source>Choose cookies</source><translation>Elegir cookies</translation></message>
<message><source>For these downloads alone. Each cookie goes to the site it belongs to, and is never stored in clear.</source><translation>Solo para estas descargas. Cada cookie va al sitio al que pertenece y nunca se guarda sin cifrar.</translation></message>
<message><source>None of its own</source><translation>Ninguna propia</translation></message>
<message><source>Out of {file}</source><translation>De {file}</translation></message>
<message><source>Those of a pasted line</source><translation>Las de una línea pegada</translation></message>
<message><source>Given, in memory alone</source><translation>Dadas, solo en memoria</translation></message>
<message><source>Kept in the system's keyring</source><translation>Guardadas en el llavero del sistema</translation></message>
<message numerus="yes"><source>%Ln cookie(s) for {sites}</source><translation><numerusform>%Ln cookie para {sites}</numerusform><numerusform>%Ln cookies para {sites}</numerusform></translation></message>
</context>
<context>
<name>Copying</name>
<message><source>Addresses</source><translation>Direcciones</translation></message>
<message><source>curl commands</source><translation>Comandos de curl</translation></message>
<message><source>wget commands</source><translation>Comandos de wget</translation></message>
<message><source>aria2 input file</source><translation>Archivo de entrada de aria2</translation></message>
<message><source>JSON</source><translation>JSON</translation></message>
<message><source>Metalink</source><translation>Metalink</translation></message>
<message><source>Cop&amp;y as</source><translation>Cop&amp;iar como</translation></message>
<message numerus="yes"><source>Copied %Ln download(s)</source><translation><numerusform>%Ln descarga copiada</numerusform><numerusform>%Ln descargas copiadas</numerusform></translation></message>
</context>
<context>
<name>Desktop</name>
<message><source>Downloads are running</source><translation>Hay descargas en curso</translation></message>
<message numerus="yes"><source>%Ln download(s) finished</source><translation><numerusform>%Ln descarga completada</numerusform><numerusform>%Ln descargas completadas</numerusform></translation></message>
<message><source>{size} in {folder}</source><extracomment>Below the name of a finished download: its size and the name of its folder</extracomment><translation>{size} en {folder}</translation></message>
<message><source>Open</source><extracomment>Below the name of a finished download: its size and the name of its folder</extracomment><translation>Abrir</translation></message>
<message><source>Download finished</source><translation>Descarga completada</translation></message>
<message><source>Try again</source><translation>Reintentar</translation></message>
<message><source>Download failed</source><translation>Error en la descarga</translation></message>
<message numerus="yes"><source>%Ln more download(s) failed</source><translation><numerusform>%Ln descarga más con error</numerusform><numerusform>%Ln descargas más con error</numerusform></translation></message>
<message numerus="yes"><source>%Ln download(s) failed</source><translation><numerusform>%Ln descarga con error</numerusform><numerusform>%Ln descargas con error</numerusform></translation></message>
<message><source>Try all again</source><translation>Reintentar todas</translation></message>
<message><source>Headrace goes on in the tray</source><translation>Headrace sigue en la bandeja</translation></message>
<message><source>Downloads continue. To end Headrace, choose Quit in the menu of its icon.</source><translation>Las descargas continúan. Para cerrar Headrace, elige Salir en el menú de su icono.</translation></message>
<message><source>Show in folder</source><translation>Mostrar en la carpeta</translation></message>
<message numerus="yes"><source>and %Ln more</source><translation><numerusform>y %Ln más</numerusform><numerusform>y %Ln más</numerusform></translation></message>
<message><source>Hide Headrace</source><translation>Ocultar Headrace</translation></message>
<message><source>Show Headrace</source><translation>Mostrar Headrace</translation></message>
<message><source>Speed limit</source><translation>Límite de velocidad</translation></message>
<message numerus="yes"><source>%Ln active</source><translation><numerusform>%Ln activa</numerusform><numerusform>%Ln activas</numerusform></translation></message>
<message numerus="yes"><source>%Ln waiting</source><translation><numerusform>%Ln en espera</numerusform><numerusform>%Ln en espera</numerusform></translation></message>
<message><source>Nothing to do</source><translation>Nada pendiente</translation></message>
<message><source>Headrace: {percent}</source><extracomment>The program's name and how much of everything that runs is there, such as "Headrace: 62 %"</extracomment><translation>Headrace: {percent}</translation></message>
<message><source>Headrace is ready. Paste an address with Ctrl+V, drop links here, or press Add.</source><translation>Headrace está listo. Pega una dirección con Ctrl+V, suelta enlaces aquí o pulsa Añadir.</translation></message>
<message><source>Watch the clipboard for links</source><translation>Vigilar el portapapeles en busca de enlaces</translation></message>
<message><source>Close this message</source><translation>Cerrar este mensaje</translation></message>
<message><source>Close</source><translation>Cerrar</translation></message>
</context>
<context>
<name>Details</name>
<message><source>Map of the file</source><translation>Mapa del archivo</translation></message>
<message numerus="yes"><source>%Ln block(s)</source><translation><numerusform>%Ln bloque</numerusform><numerusform>%Ln bloques</numerusform></translation></message>
<message numerus="yes"><source>%Ln verified on disk</source><translation><numerusform>%Ln verificado en disco</numerusform><numerusform>%Ln verificados en disco</numerusform></translation></message>
<message numerus="yes"><source>%Ln on disk</source><translation><numerusform>%Ln en disco</numerusform><numerusform>%Ln en disco</numerusform></translation></message>
<message numerus="yes"><source>%Ln arriving</source><translation><numerusform>%Ln en camino</numerusform><numerusform>%Ln en camino</numerusform></translation></message>
<message numerus="yes"><source>%Ln missing</source><translation><numerusform>falta %Ln</numerusform><numerusform>faltan %Ln</numerusform></translation></message>
<message><source>Block {number} of {total}</source><translation>Bloque {number} de {total}</translation></message>
<message><source>Blocks {first} to {last} of {total}</source><translation>Bloques {first} a {last} de {total}</translation></message>
<message><source>Verified on disk</source><translation>Verificado en disco</translation></message>
<message><source>Missing</source><translation>Falta</translation></message>
<message><source>{size} verified</source><translation>{size} verificados</translation></message>
<message><source>{size} on disk</source><translation>{size} en disco</translation></message>
<message><source>{size} missing</source><translation>faltan {size}</translation></message>
<message><source>arriving now</source><translation>en camino ahora</translation></message>
<message><source>#</source><translation>N.º</translation></message>
<message><source>Host</source><translation>Host</translation></message>
<message><source>Part of the file</source><translation>Parte del archivo</translation></message>
<message><source>Arrived</source><translation>Recibido</translation></message>
<message><source>Speed</source><translation>Velocidad</translation></message>
<message><source>State</source><translation>Estado</translation></message>
<message><source>Connecting</source><translation>Conectando</translation></message>
<message><source>Waiting for an answer</source><translation>Esperando respuesta</translation></message>
<message><source>Receiving</source><translation>Recibiendo</translation></message>
<message><source>Held back</source><translation>Frenada</translation></message>
<message><source>Ending</source><translation>Cerrando</translation></message>
<message><source>from {start} on</source><extracomment>Part of a file without a known end</extracomment><translation>desde {start}</translation></message>
<message><source>{start} to {end}</source><extracomment>Part of a file without a known end</extracomment><translation>{start} a {end}</translation></message>
<message><source>Bytes from {start} on</source><translation>Bytes desde {start}</translation></message>
<message><source>Bytes {start} to {end}</source><translation>Bytes {start} a {end}</translation></message>
<message><source>Connection {number}</source><translation>Conexión {number}</translation></message>
<message><source>Connections</source><translation>Conexiones</translation></message>
<message><source>No connections at the moment</source><translation>Ninguna conexión por ahora</translation></message>
<message><source>Copy</source><translation>Copiar</translation></message>
<message><source>Select all</source><translation>Seleccionar todo</translation></message>
<message><source>Overview</source><translation>Resumen</translation></message>
<message><source>Log</source><translation>Registro</translation></message>
<message><source>Request</source><translation>Solicitud</translation></message>
<message><source>Live</source><translation>En vivo</translation></message>
<message><source>Choose a download to see its details</source><translation>Selecciona una descarga para ver sus detalles</translation></message>
<message><source>Details</source><translation>Detalles</translation></message>
<message numerus="yes"><source>%Ln download(s) chosen</source><translation><numerusform>%Ln descarga seleccionada</numerusform><numerusform>%Ln descargas seleccionadas</numerusform></translation></message>
<message><source>Move to the side</source><translation>Mover a un lado</translation></message>
<message><source>Move to the bottom</source><translation>Mover abajo</translation></message>
<message><source>Close details</source><translation>Cerrar los detalles</translation></message>
<message><source>Copy address</source><translation>Copiar dirección</translation></message>
<message><source>Folder</source><translation>Carpeta</translation></message>
<message><source>Added</source><translation>Añadida</translation></message>
<message><source>Failed</source><translation>Error</translation></message>
<message><source>Address</source><translation>Dirección</translation></message>
<message><source>Led to</source><translation>Redirige a</translation></message>
<message><source>Checksum</source><translation>Suma de verificación</translation></message>
<message><source>{algorithm} does not match</source><translation>{algorithm} no coincide</translation></message>
<message><source>None known</source><translation>Ninguna conocida</translation></message>
<message><source>{algorithm} right, as given by you</source><translation>{algorithm} coincide, indicado por ti</translation></message>
<message><source>{algorithm} right, piece by piece</source><translation>{algorithm} coincide, parte por parte</translation></message>
<message><source>{algorithm} right, found in {source}</source><translation>{algorithm} coincide, según {source}</translation></message>
<message><source>{algorithm} right</source><translation>{algorithm} coincide</translation></message>
<message><source>{algorithm} expected, given by you</source><translation>{algorithm} esperado, indicado por ti</translation></message>
<message><source>{algorithm} expected, found in {source}</source><translation>{algorithm} esperado, según {source}</translation></message>
<message><source>{algorithm} expected</source><translation>{algorithm} esperado</translation></message>
<message><source>Size</source><translation>Tamaño</translation></message>
<message numerus="yes"><source>%Ln byte(s)</source><translation><numerusform>%Ln byte</numerusform><numerusform>%Ln bytes</numerusform></translation></message>
<message><source>Unknown, {size} so far</source><translation>Desconocido, {size} por ahora</translation></message>
<message><source>{total}, {received} of it here</source><translation>{total}, {received} recibidos</translation></message>
<message><source>{number} bytes</source><extracomment>A number of bytes above two thousand million</extracomment><translation>{number} bytes</translation></message>
<message><source>Type</source><translation>Tipo</translation></message>
<message><source>Version</source><translation>Versión</translation></message>
<message><source>Last changed</source><translation>Modificado</translation></message>
<message><source>{tag} (strong)</source><translation>{tag} (fuerte)</translation></message>
<message><source>{tag} (weak)</source><translation>{tag} (débil)</translation></message>
<message><source>The server names this very version: a resumed download is sure to fit</source><translation>El servidor identifica esta versión exacta: una descarga reanudada encajará con certeza</translation></message>
<message><source>The server names no exact version: joins are compared byte by byte</source><translation>El servidor no identifica una versión exacta: las uniones se comparan byte a byte</translation></message>
<message numerus="yes"><source>%Ln further address(es)</source><translation><numerusform>%Ln dirección más</numerusform><numerusform>%Ln direcciones más</numerusform></translation></message>
<message><source>Mirrors</source><translation>Espejos</translation></message>
<message><source>{moment}, took {time}</source><translation>{moment}, tardó {time}</translation></message>
<message><source>Finished</source><translation>Completada</translation></message>
<message><source>Notes</source><translation>Notas</translation></message>
<message><source>Arriving</source><translation>En camino</translation></message>
<message><source>On disk</source><translation>En disco</translation></message>
<message><source>Verified</source><translation>Verificado</translation></message>
<message><source>What happened to the download</source><translation>Lo ocurrido con la descarga</translation></message>
<message><source>Copy all</source><translation>Copiar todo</translation></message>
<message><source>Copy the whole log</source><translation>Copiar todo el registro</translation></message>
<message numerus="yes"><source>%Ln entry(ies)</source><translation><numerusform>%Ln entrada</numerusform><numerusform>%Ln entradas</numerusform></translation></message>
<message><source>Choose a download to see what happened to it</source><translation>Selecciona una descarga para ver su historial</translation></message>
<message><source>Nothing is known of this download's past</source><translation>No se conoce el historial de esta descarga</translation></message>
<message><source>Speed, last {time}</source><translation>Velocidad, últimos {time}</translation></message>
<message><source>Speed, whole life</source><translation>Velocidad desde el inicio</translation></message>
<message><source>average {speed}</source><translation>media {speed}</translation></message>
<message><source>Requests and answers, the newest first</source><translation>Solicitudes y respuestas, las más recientes primero</translation></message>
<message><source>Headers of the request and of the answer</source><translation>Cabeceras de la solicitud y de la respuesta</translation></message>
<message><source>Copy as text</source><translation>Copiar como texto</translation></message>
<message><source>Copy this request and its answer as text</source><translation>Copiar esta solicitud y su respuesta como texto</translation></message>
<message><source>Headers are kept while Headrace runs, never stored</source><translation>Las cabeceras se conservan mientras Headrace está abierto; nunca se guardan</translation></message>
<message><source>Choose a download to see what was asked and answered</source><translation>Selecciona una descarga para ver sus solicitudes y respuestas</translation></message>
<message><source>Nothing has been asked since Headrace was started</source><translation>Ninguna solicitud desde que se abrió Headrace</translation></message>
<message><source>No answer yet</source><translation>Aún sin respuesta</translation></message>
<message><source>Speed, last minute</source><translation>Velocidad, último minuto</translation></message>
<message><source>Nothing measured yet</source><translation>Aún sin mediciones</translation></message>
<message><source>Whole life</source><translation>Desde el inicio</translation></message>
<message><source>Span of the graph</source><translation>Intervalo del gráfico</translation></message>
<message><source>Graph of the speed</source><translation>Gráfico de velocidad</translation></message>
<message><source>Average</source><translation>Media</translation></message>
<message><source>Top</source><translation>Máxima</translation></message>
<message><source>Received</source><translation>Recibido</translation></message>
<message><source>Time active</source><translation>Tiempo activa</translation></message>
<message><source>Limit</source><translation>Límite</translation></message>
<message><source>limit {speed}</source><translation>límite {speed}</translation></message>
<message><source>limit for all {speed}</source><translation>límite global {speed}</translation></message>
<message><source>{seconds} s</source><translation>{seconds} s</translation></message>
<message><source>{minutes} min</source><translation>{minutes} min</translation></message>
<message><source>{hours} h</source><translation>{hours} h</translation></message>
<message><source>{days} d</source><extracomment>A number of days, shortest form</extracomment><translation>{days} d</translation></message>
<message><source>now</source><translation>ahora</translation></message>
<message><source>end</source><translation>fin</translation></message>
<message><source>nothing</source><translation>nada</translation></message>
<message><source>after {time}</source><translation>tras {time}</translation></message>
<message><source>{time} before the end</source><translation>{time} antes del fin</translation></message>
<message><source>{time} ago</source><translation>hace {time}</translation></message>
<message><source>{limit}, its own</source><translation>{limit}, el propio</translation></message>
<message><source>{limit}, of its queue</source><translation>{limit}, el de su cola</translation></message>
<message><source>{limit}, of all downloads</source><translation>{limit}, el de todas las descargas</translation></message>
<message><source>{limit}, to leave others room</source><translation>{limit}, para dejar sitio a otros</translation></message>
<message><source>{limit}, while it is quiet</source><translation>{limit}, el límite silencioso</translation></message>
<message><source>Together</source><translation>En total</translation></message>
<message><source>Progress</source><translation>Progreso</translation></message>
<message><source>Size unknown</source><translation>Tamaño desconocido</translation></message>
</context>
<context>
<name>Dialogs</name>
<message><source>Cancel</source><translation>Cancelar</translation></message>
</context>
<context>
<name>Done</name>
<message><source>Do nothing</source><translation>No hacer nada</translation></message>
<message><source>Sleep</source><translation>Suspender</translation></message>
<message><source>Hibernate</source><translation>Hibernar</translation></message>
<message><source>Shut down</source><translation>Apagar</translation></message>
<message><source>Restart</source><translation>Reiniciar</translation></message>
<message><source>Log out</source><translation>Cerrar sesión</translation></message>
<message><source>Quit Headrace</source><translation>Salir de Headrace</translation></message>
<message numerus="yes"><source>The computer goes to sleep in %Ln second(s).</source><translation><numerusform>El equipo se suspenderá en %Ln segundo.</numerusform><numerusform>El equipo se suspenderá en %Ln segundos.</numerusform></translation></message>
<message numerus="yes"><source>The computer hibernates in %Ln second(s).</source><translation><numerusform>El equipo hibernará en %Ln segundo.</numerusform><numerusform>El equipo hibernará en %Ln segundos.</numerusform></translation></message>
<message numerus="yes"><source>The computer shuts down in %Ln second(s).</source><translation><numerusform>El equipo se apagará en %Ln segundo.</numerusform><numerusform>El equipo se apagará en %Ln segundos.</numerusform></translation></message>
<message numerus="yes"><source>The computer restarts in %Ln second(s).</source><translation><numerusform>El equipo se reiniciará en %Ln segundo.</numerusform><numerusform>El equipo se reiniciará en %Ln segundos.</numerusform></translation></message>
<message numerus="yes"><source>You are logged out in %Ln second(s).</source><translation><numerusform>Su sesión se cerrará en %Ln segundo.</numerusform><numerusform>Su sesión se cerrará en %Ln segundos.</numerusform></translation></message>
<message numerus="yes"><source>Headrace quits in %Ln second(s).</source><translation><numerusform>Headrace se cerrará en %Ln segundo.</numerusform><numerusform>Headrace se cerrará en %Ln segundos.</numerusform></translation></message>
<message><source>“{deed}” was refused by the system: {why}</source><translation>El sistema rechazó «{deed}»: {why}</translation></message>
<message><source>Stop</source><translation>Detener</translation></message>
<message><source>All downloads are done</source><translation>Todas las descargas han terminado</translation></message>
<message><source>Nothing happens any more.</source><translation>Ya no ocurrirá nada.</translation></message>
<message><source>{deed} now</source><translation>{deed} ahora</translation></message>
</context>
<context>
<name>Failures</name>
<message><source>The address is not valid</source><translation>La dirección no es válida</translation></message>
<message><source>Copy it again from where you found it</source><translation>Cópiala de nuevo de donde la encontraste</translation></message>
<message><source>Server name not found</source><translation>No se encontró el nombre del servidor</translation></message>
<message><source>Check the address and your connection</source><translation>Comprueba la dirección y tu conexión</translation></message>
<message><source>Server cannot be reached</source><translation>No se puede acceder al servidor</translation></message>
<message><source>Check your connection, or resume later</source><translation>Comprueba tu conexión o reanuda más tarde</translation></message>
<message><source>Server did not answer in time</source><translation>El servidor no respondió a tiempo</translation></message>
<message><source>Resume later</source><translation>Reanuda más tarde</translation></message>
<message><source>Connection lost</source><translation>Conexión perdida</translation></message>
<message><source>Resume to go on from here</source><translation>Reanuda para continuar desde aquí</translation></message>
<message><source>Server stopped sending</source><translation>El servidor dejó de enviar</translation></message>
<message><source>Server could not prove who it is</source><translation>El servidor no pudo probar su identidad</translation></message>
<message><source>Look at its certificate</source><translation>Mire su certificado</translation></message>
<message><source>There is no network</source><translation>No hay red</translation></message>
<message><source>It goes on when there is one</source><translation>Sigue en cuanto la haya</translation></message>
<message><source>The chosen network is not there</source><translation>La red elegida no está</translation></message>
<message><source>Bring it back, or choose another in the settings</source><translation>Restablézcala o elija otra en los ajustes</translation></message>
<message><source>Your certificate cannot be used here</source><translation>Su certificado para este servidor no sirve</translation></message>
<message><source>Choose another in the settings</source><translation>Elija otro en los ajustes</translation></message>
<message><source>An extra is missing for this kind of address</source><translation>Falta un extra para este tipo de dirección</translation></message>
<message><source>Install it, then resume</source><translation>Instálelo y después reanude</translation></message>
<message><source>Server's host key is not known yet</source><translation>La clave del servidor todavía no se conoce</translation></message>
<message><source>Look at it, and trust it if it is the server's</source><translation>Mírela y confíe en ella si es la del servidor</translation></message>
<message><source>Server's host key has changed</source><translation>La clave del servidor ha cambiado</translation></message>
<message><source>Ask who runs the server before you trust the new one</source><translation>Pregunte a quien administra el servidor antes de confiar en la nueva</translation></message>
<message><source>Secure connection failed</source><translation>Error en la conexión segura</translation></message>
<message><source>This is not a web server</source><translation>No es un servidor web</translation></message>
<message><source>Check the address</source><translation>Comprueba la dirección</translation></message>
<message><source>Server sends us round in circles</source><translation>El servidor redirige en círculo</translation></message>
<message><source>Copy a fresh link</source><translation>Copia un enlace nuevo</translation></message>
<message><source>Server sends us to an unsafe address</source><translation>El servidor lleva a una dirección no segura</translation></message>
<message><source>Ask for a secure link</source><translation>Pide un enlace seguro</translation></message>
<message><source>File arrived cut short</source><translation>El archivo llegó cortado</translation></message>
<message><source>Resume to fetch the rest</source><translation>Reanuda para descargar el resto</translation></message>
<message><source>Server never finished its answer</source><translation>El servidor no terminó su respuesta</translation></message>
<message><source>Server sends next to nothing</source><translation>El servidor apenas envía datos</translation></message>
<message><source>Resume to try once more</source><translation>Reanuda para intentarlo otra vez</translation></message>
<message><source>Server leads into a private network</source><translation>El servidor lleva a una red privada</translation></message>
<message><source>Allow it only if the private address is yours</source><translation>Permítelo solo si la dirección privada es tuya</translation></message>
<message><source>Server has no such file</source><translation>El servidor no tiene ese archivo</translation></message>
<message><source>Access refused</source><translation>Acceso denegado</translation></message>
<message><source>File is gone from the server</source><translation>El archivo ya no está en el servidor</translation></message>
<message><source>Look for another source</source><translation>Busca otra fuente</translation></message>
<message><source>Server asks for a login</source><translation>El servidor pide iniciar sesión</translation></message>
<message><source>Log in here, or with a browser</source><translation>Inicie sesión aquí o con un navegador</translation></message>
<message><source>Proxy asks for a login</source><translation>El proxy pide iniciar sesión</translation></message>
<message><source>Log in here</source><translation>Inicie sesión aquí</translation></message>
<message><source>Windows login needed</source><translation>Se requiere un inicio de sesión de Windows</translation></message>
<message><source>Install what it needs, then log in</source><translation>Instale lo necesario y luego inicie sesión</translation></message>
<message><source>No usable Kerberos ticket</source><translation>No hay ticket de Kerberos utilizable</translation></message>
<message><source>Get a ticket (kinit) and resume, or log in here</source><translation>Obtenga un ticket (kinit) o inicie sesión aquí</translation></message>
<message><source>Proxy cannot be reached</source><translation>No se puede llegar al proxy</translation></message>
<message><source>Check your proxy settings</source><translation>Comprueba los ajustes del proxy</translation></message>
<message><source>Proxy does not let this address through</source><translation>El proxy no deja pasar esta dirección</translation></message>
<message><source>Server asked us to wait</source><translation>El servidor pidió esperar</translation></message>
<message><source>Server is too busy</source><translation>El servidor está saturado</translation></message>
<message><source>Server has a fault</source><translation>Error del servidor</translation></message>
<message><source>Server refuses the request</source><translation>El servidor rechaza la solicitud</translation></message>
<message><source>Server sent no file</source><translation>El servidor no envió ningún archivo</translation></message>
<message><source>Server does not go on where we stopped</source><translation>El servidor no sigue donde se quedó la descarga</translation></message>
<message><source>Server's answer makes no sense</source><translation>La respuesta del servidor no tiene sentido</translation></message>
<message><source>A web page came instead of the file</source><translation>Llegó una página web en lugar del archivo</translation></message>
<message><source>Log in with a browser, or copy a fresh link</source><translation>Inicia sesión con un navegador o copia un enlace nuevo</translation></message>
<message><source>It unpacks to far too much</source><translation>Al descomprimirse ocupa demasiado</translation></message>
<message><source>Allow it only if you trust the server</source><translation>Permítelo solo si confías en el servidor</translation></message>
<message><source>Content ends before its own end</source><translation>El contenido se corta antes de su final</translation></message>
<message><source>Resume to fetch it anew</source><translation>Reanuda para descargarlo de nuevo</translation></message>
<message><source>Disk is full</source><translation>El disco está lleno</translation></message>
<message><source>Free space, then resume</source><translation>Libera espacio y reanuda</translation></message>
<message><source>Folder may not be written to</source><translation>No se permite escribir en la carpeta</translation></message>
<message><source>Choose another folder</source><translation>Elige otra carpeta</translation></message>
<message><source>Folder is missing</source><translation>No se encuentra la carpeta</translation></message>
<message><source>Bring it back, then resume</source><translation>Recupérala y reanuda</translation></message>
<message><source>A file of that name is there already</source><translation>Ya existe un archivo con ese nombre</translation></message>
<message><source>Move it away, then resume</source><translation>Muévelo a otro sitio y reanuda</translation></message>
<message><source>Disk reports an error</source><translation>El disco informa de un error</translation></message>
<message><source>Check the disk, then resume</source><translation>Comprueba el disco y reanuda</translation></message>
<message><source>Unfinished file was changed</source><translation>El archivo incompleto fue modificado</translation></message>
<message><source>File is too large for this disk</source><translation>El archivo es demasiado grande para este disco</translation></message>
<message><source>Choose another disk</source><translation>Elige otro disco</translation></message>
<message><source>The disk of the unfinished file is gone</source><translation>El disco del archivo incompleto ya no está</translation></message>
<message><source>File cannot be moved to the trash</source><translation>No se puede mover el archivo a la papelera</translation></message>
<message><source>It stays where it is; delete it by hand</source><translation>Se queda donde está; elimínalo a mano</translation></message>
<message><source>The list of downloads was damaged</source><translation>La lista de descargas estaba dañada</translation></message>
<message><source>An earlier copy is used; the damaged one is kept</source><translation>Se usa una copia anterior; la dañada se conserva</translation></message>
<message><source>Too many files are open</source><translation>Hay demasiados archivos abiertos</translation></message>
<message><source>Resume when other downloads are done</source><translation>Reanuda cuando terminen otras descargas</translation></message>
<message><source>Checksum does not match</source><translation>La suma de verificación no coincide</translation></message>
<message><source>Do not trust it; look for another source</source><translation>No te fíes del archivo; busca otra fuente</translation></message>
<message><source>Size is not what the server said</source><translation>El tamaño no es el que dijo el servidor</translation></message>
<message><source>Its addresses lead to different files</source><translation>Sus direcciones llevan a archivos distintos</translation></message>
<message><source>Keep the one you trust</source><translation>Conserva la que te inspire confianza</translation></message>
<message><source>The other program's file cannot be continued</source><translation>El archivo del otro programa no se puede continuar</translation></message>
<message><source>Resume to fetch all of it; that file stays where it is</source><translation>Reanude para obtenerlo todo; ese archivo se queda donde está</translation></message>
<message><source>Another program still writes to the file</source><translation>Otro programa aún escribe en el archivo</translation></message>
<message><source>End the download there, then resume</source><translation>Termine la descarga allí y luego reanude</translation></message>
<message><source>Headrace made a mistake</source><translation>Headrace cometió un error</translation></message>
<message><source>Resume to try again, and please report it</source><translation>Reanuda para reintentarlo y, por favor, informa del error</translation></message>
<message><source>Its login or headers are no longer known</source><translation>Ya no se conocen sus credenciales o cabeceras</translation></message>
<message><source>Add it again with them</source><translation>Añádela de nuevo con ellas</translation></message>
<message><source>Its cookies are no longer known</source><translation>Ya no se conocen sus cookies</translation></message>
<message><source>Give them again, then it goes on</source><translation>Délas de nuevo y continuará</translation></message>
</context>
<context>
<name>Folder</name>
<message><source>Folder to save to</source><translation>Carpeta de destino</translation></message>
<message><source>As the rules say</source><translation>Según las reglas</translation></message>
<message><source>Other folders</source><translation>Otras carpetas</translation></message>
<message><source>Other folders (Alt+Down)</source><translation>Otras carpetas (Alt+Abajo)</translation></message>
<message><source>Browse…</source><translation>Examinar…</translation></message>
<message><source>Write a whole path</source><translation>Escribe una ruta completa</translation></message>
<message><source>{size} too little room</source><translation>faltan {size} de espacio</translation></message>
<message><source>{size} free</source><translation>{size} libres</translation></message>
<message><source>will be made · {size} free</source><translation>se creará · {size} libres</translation></message>
<message><source>Save downloads to</source><translation>Guardar descargas en</translation></message>
</context>
<context>
<name>HandOver</name>
<message><source>Magnet links are for a torrent client</source><translation>Los enlaces magnet son cosa de un cliente torrent</translation></message>
<message><source>Open there</source><translation>Abrir allí</translation></message>
<message><source>The system has no program for magnet links</source><translation>El sistema no tiene ningún programa para enlaces magnet</translation></message>
<message><source>This page needs yt-dlp, which is not installed. Install it and try again.</source><translation>Esta página necesita yt-dlp, que no está instalado. Instálelo e inténtelo de nuevo.</translation></message>
<message><source>yt-dlp fetches it to {folder}; Headrace does not follow how far it is</source><translation>yt-dlp lo descarga en {folder}; Headrace no sigue su progreso</translation></message>
<message><source>yt-dlp could not be started</source><translation>No se pudo iniciar yt-dlp</translation></message>
</context>
<context>
<name>History</name>
<message><source>Clear history</source><translation>Borrar el historial</translation></message>
<message><source>Clear</source><translation>Borrar</translation></message>
<message><source>What is cleared cannot be brought back. Files and the list stay, and so does how much came on which day.</source><translation>Lo que se borra no se puede recuperar. Los archivos y la lista se quedan, y también cuánto llegó cada día.</translation></message>
<message><source>&amp;What</source><translation>&amp;Qué</translation></message>
<message numerus="yes"><source>What is older than %Ln day(s)</source><translation><numerusform>Lo que tiene más de %Ln día</numerusform><numerusform>Lo que tiene más de %Ln días</numerusform></translation></message>
<message><source>All from {host}</source><translation>Todo lo de {host}</translation></message>
<message><source>All of it</source><translation>Todo</translation></message>
<message><source>How much came</source><translation>Cuánto llegó</translation></message>
<message><source>at most {size}</source><translation>como máximo {size}</translation></message>
<message numerus="yes"><source>%Ln file(s) finished</source><translation><numerusform>%Ln archivo terminado</numerusform><numerusform>%Ln archivos terminados</numerusform></translation></message>
<message><source>Days</source><translation>Días</translation></message>
<message><source>Weeks</source><translation>Semanas</translation></message>
<message><source>Months</source><translation>Meses</translation></message>
<message><source>Hosts</source><translation>Servidores</translation></message>
<message><source>Files</source><translation>Archivos</translation></message>
<message><source>Size</source><translation>Tamaño</translation></message>
<message><source>Average speed</source><translation>Velocidad media</translation></message>
<message><source>Figures</source><translation>Cifras</translation></message>
<message numerus="yes"><source>%Ln download(s) forgotten</source><translation><numerusform>%Ln descarga olvidada</numerusform><numerusform>%Ln descargas olvidadas</numerusform></translation></message>
<message><source>The history stays as it is: {why}</source><translation>El historial queda como está: {why}</translation></message>
<message><source>Export the history</source><translation>Exportar el historial</translation></message>
<message><source>Table (*.csv)</source><translation>Tabla (*.csv)</translation></message>
<message><source>JSON (*.json)</source><translation>JSON (*.json)</translation></message>
<message><source>The history is in {name}</source><translation>El historial está en {name}</translation></message>
<message><source>History</source><translation>Historial</translation></message>
<message><source>Downloads</source><translation>Descargas</translation></message>
<message><source>&amp;Download again</source><translation>&amp;Descargar de nuevo</translation></message>
<message><source>&amp;More</source><translation>&amp;Más</translation></message>
<message><source>All</source><translation>Todas</translation></message>
<message><source>Finished</source><translation>Terminada</translation></message>
<message><source>Failed</source><translation>Fallida</translation></message>
<message><source>Removed unfinished</source><translation>Quitada sin terminar</translation></message>
<message><source>How it ended</source><translation>Resultado</translation></message>
<message><source>Nothing that was remembered is like that</source><translation>Nada en el historial coincide</translation></message>
<message><source>Nothing is remembered: the settings say so, page “Downloads”</source><translation>No se recuerda nada: así lo dice la configuración, página «Descargas»</translation></message>
<message><source>Nothing has ended yet. What finishes or fails will be found here.</source><translation>Aún no ha terminado nada. Lo que termine o falle aparecerá aquí.</translation></message>
<message><source>A part of the address was secret and is not kept</source><translation>Una parte de la dirección era secreta y no se guarda</translation></message>
<message><source>&amp;Open</source><translation>&amp;Abrir</translation></message>
<message><source>Show in &amp;folder</source><translation>Mostrar en la &amp;carpeta</translation></message>
<message><source>&amp;Copy address</source><translation>C&amp;opiar dirección</translation></message>
<message><source>Find all from this &amp;host</source><translation>Buscar todo lo de este &amp;servidor</translation></message>
<message><source>D&amp;elete from history</source><translation>&amp;Eliminar del historial</translation></message>
<message><source>&amp;Export…</source><translation>&amp;Exportar…</translation></message>
<message><source>&amp;Clear history…</source><translation>&amp;Borrar el historial…</translation></message>
<message><source>Name</source><translation>Nombre</translation></message>
<message><source>Ended</source><translation>Fin</translation></message>
<message><source>Speed</source><translation>Velocidad</translation></message>
<message><source>Host</source><translation>Servidor</translation></message>
<message><source>Redirected to {host}</source><translation>Redirigida a {host}</translation></message>
<message><source>{size} in {time}</source><translation>{size} en {time}</translation></message>
<message><source>Proven by {checksum}</source><translation>Comprobado con {checksum}</translation></message>
<message><source>{speed} on average</source><translation>{speed} de media</translation></message>
<message><source>Week from {day}</source><translation>Semana del {day}</translation></message>
</context>
<context>
<name>Hosts</name>
<message><source>As usual</source><translation>Como siempre</translation></message>
<message><source>Text of your own</source><translation>Texto propio</translation></message>
<message><source>User agent</source><translation>Agente de usuario</translation></message>
<message><source>Text of the user agent</source><translation>Texto del agente de usuario</translation></message>
<message><source>Nothing was learnt of it yet.</source><translation>Aún no se ha aprendido nada de él.</translation></message>
<message><source>Forget</source><translation>Olvidar</translation></message>
<message><source>Forget what was learnt</source><translation>Olvidar lo aprendido</translation></message>
<message><source>Log in…</source><translation>Iniciar sesión…</translation></message>
<message><source>Forget the login</source><translation>Olvidar el acceso</translation></message>
<message><source>Logins belong to single hosts; there is none for all below one.</source><translation>Los accesos pertenecen a un solo host; no hay uno para todos los que dependen de él.</translation></message>
<message><source>No login for {place}.</source><translation>Sin acceso para {place}.</translation></message>
<message><source>A token for {place} is there.</source><translation>Hay un token para {place}.</translation></message>
<message><source>Logged in at {place} as {user}.</source><translation>Sesión iniciada en {place} como {user}.</translation></message>
<message><source>The keyring did not forget the login.</source><translation>El llavero no olvidó el acceso.</translation></message>
<message><source>Host</source><translation>Servidor</translation></message>
<message><source>Rule</source><translation>Regla</translation></message>
<message><source>Learnt</source><translation>Aprendido</translation></message>
<message><source>Last seen</source><translation>Visto por última vez</translation></message>
<message><source>nothing</source><translation>nada</translation></message>
<message><source>Rules for a host</source><translation>Reglas de un host</translation></message>
<message><source>Apply</source><translation>Aplicar</translation></message>
<message><source>As in the settings</source><translation>Según los ajustes</translation></message>
<message><source>No limit</source><translation>Sin límite</translation></message>
<message><source>None</source><translation>Ninguna</translation></message>
<message><source> s</source><translation> s</translation></message>
<message><source>&amp;Host</source><translation>&amp;Host</translation></message>
<message><source>&amp;Connections in all, at most</source><translation>&amp;Conexiones en total, máx.</translation></message>
<message><source>Of &amp;one download, at most</source><translation>P&amp;or descarga, máx.</translation></message>
<message><source>Speed &amp;limit in all</source><translation>&amp;Límite de velocidad total</translation></message>
<message><source>&amp;Pause between requests</source><translation>&amp;Pausa entre solicitudes</translation></message>
<message><source>&amp;User agent</source><translation>Agente de &amp;usuario</translation></message>
<message><source>Lo&amp;gging in</source><translation>&amp;Inicio de sesión</translation></message>
<message><source>Further request h&amp;eaders, one a line</source><translation>Otras cab&amp;eceras de la solicitud, una por línea</translation></message>
<message><source>&amp;Referrer, the page links are on</source><translation>&amp;Referente, la página de los enlaces</translation></message>
<message><source>Pro&amp;xy</source><translation>Pro&amp;xy</translation></message>
<message><source>&amp;Fetch files from the beginning only, without ranges</source><translation>Obtener los archivos solo desde el principio, sin &amp;fragmentos</translation></message>
<message><source>Ask by HTTP/&amp;2, all requests over one connection</source><translation>Pedir por HTTP/&amp;2, todas las peticiones por una sola conexión</translation></message>
<message><source>*.example.org holds for all hosts below example.org as well.</source><translation>*.example.org vale también para todos los hosts por debajo de example.org.</translation></message>
<message><source>HTTP/2 needs an extra: {command}</source><translation>HTTP/2 necesita un complemento: {command}</translation></message>
<message><source>There is a rule for {host} already.</source><translation>Ya hay una regla para {host}.</translation></message>
<message><source>Write a host such as example.org, *.example.org or nas.lan:8080.</source><translation>Escribe un host como example.org, *.example.org o nas.lan:8080.</translation></message>
<message><source>A user agent is one line of plain letters.</source><translation>Un agente de usuario es una línea de caracteres sencillos.</translation></message>
<message><source>Write the referrer as https://example.org/page, without a login.</source><translation>Escribe el referente como https://example.org/page, sin credenciales.</translation></message>
<message><source>This value cannot be used.</source><translation>Este valor no se puede usar.</translation></message>
<message><source>{name} may carry a secret, and rules are kept in clear. Logins belong to “Log in…”, cookies to the cookies.txt of the settings, others to the headers of a download.</source><translation>{name} puede contener un secreto, y las reglas se guardan sin cifrar. Los accesos van en «Iniciar sesión…», las cookies en el cookies.txt de los ajustes y el resto en las cabeceras de una descarga.</translation></message>
<message><source>Hosts</source><translation>Servidores</translation></message>
<message><source>No host has a rule, and nothing was learnt of any yet</source><translation>Ningún host tiene una regla, y aún no se ha aprendido nada de ninguno</translation></message>
<message><source>No host is found</source><translation>No se encontró ningún host</translation></message>
<message><source>Search hosts</source><translation>Buscar hosts</translation></message>
<message><source>What you want of single servers, and what was learnt of them. The most specific rule holds.</source><translation>Lo que quieres de cada servidor y lo que se ha aprendido de él. Vale la regla más específica.</translation></message>
<message><source>&amp;Add rule…</source><translation>&amp;Añadir regla…</translation></message>
<message><source>&amp;Edit rule…</source><translation>&amp;Editar regla…</translation></message>
<message><source>&amp;Remove rule</source><translation>Quita&amp;r regla</translation></message>
<message><source>&amp;Forget what was learnt</source><translation>&amp;Olvidar lo aprendido</translation></message>
<message><source>Forget a&amp;ll of it</source><translation>O&amp;lvidarlo todo</translation></message>
<message><source>Close</source><translation>Cerrar</translation></message>
<message><source>Undo</source><translation>Deshacer</translation></message>
<message><source>The rule for {host} is removed.</source><translation>Se quitó la regla para {host}.</translation></message>
<message><source>What was learnt of {host} is forgotten.</source><translation>Se olvidó lo aprendido de {host}.</translation></message>
<message numerus="yes"><source>What was learnt of %Ln host(s) is forgotten.</source><translation><numerusform>Se olvidó lo aprendido de %Ln host.</numerusform><numerusform>Se olvidó lo aprendido de %Ln hosts.</numerusform></translation></message>
<message><source>directly</source><translation>directamente</translation></message>
<message><source>as the system does</source><translation>como el sistema</translation></message>
<message><source>as the environment says</source><translation>como dice el entorno</translation></message>
<message><source>By my Kerberos ticket</source><translation>Con mi ticket de Kerberos</translation></message>
<message><source>By password, readably (Basic)</source><translation>Con contraseña, legible (Basic)</translation></message>
<message><source>Holds for {host} and all hosts below it, together.</source><translation>Vale para {host} y todos los hosts por debajo, en conjunto.</translation></message>
<message><source>Holds for {host} alone.</source><translation>Vale solo para {host}.</translation></message>
<message><source>nothing special</source><translation>nada especial</translation></message>
<message><source>as {host}</source><translation>como {host}</translation></message>
<message numerus="yes"><source>%Ln connection(s)</source><translation><numerusform>%Ln conexión</numerusform><numerusform>%Ln conexiones</numerusform></translation></message>
<message numerus="yes"><source>%Ln per download</source><translation><numerusform>%Ln por descarga</numerusform><numerusform>%Ln por descarga</numerusform></translation></message>
<message><source>pause of {seconds} s</source><translation>pausa de {seconds} s</translation></message>
<message><source>referrer</source><translation>referente</translation></message>
<message numerus="yes"><source>%Ln header(s)</source><translation><numerusform>%Ln cabecera</numerusform><numerusform>%Ln cabeceras</numerusform></translation></message>
<message><source>by {proxy}</source><translation>por {proxy}</translation></message>
<message><source>no ranges</source><translation>sin fragmentos</translation></message>
<message numerus="yes"><source>%Ln connection(s) helped a download</source><translation><numerusform>%Ln conexión ayudó a una descarga</numerusform><numerusform>%Ln conexiones ayudaron a una descarga</numerusform></translation></message>
<message numerus="yes"><source>bore %Ln connection(s) when it refused more</source><translation><numerusform>soportaba %Ln conexión cuando rechazó más</numerusform><numerusform>soportaba %Ln conexiones cuando rechazó más</numerusform></translation></message>
<message><source>its tags change although files do not</source><translation>sus etiquetas cambian aunque los archivos no</translation></message>
<message><source>answered a range wrongly ({when})</source><translation>respondió mal a un fragmento ({when})</translation></message>
<message><source>asks to be left alone for {time}</source><translation>pide que no se le moleste durante {time}</translation></message>
<message><source>asked to be left alone until {when}</source><translation>pidió que no se le molestara hasta {when}</translation></message>
</context>
<context>
<name>Hours</name>
<message><source>Hours of the week</source><translation>Horas de la semana</translation></message>
<message><source>marked</source><translation>marcada</translation></message>
<message><source>not marked</source><translation>sin marcar</translation></message>
</context>
<context>
<name>Limit</name>
<message><source>Speed limit</source><translation>Límite de velocidad</translation></message>
<message><source>Limit</source><translation>Limitar</translation></message>
<message><source>All downloads together take at most</source><translation>Todas las descargas juntas usan como máximo</translation></message>
<message><source>Speed limit in megabytes per second</source><translation>Límite de velocidad en megabytes por segundo</translation></message>
<message><source> MB/s</source><translation> MB/s</translation></message>
</context>
<context>
<name>List</name>
<message><source>High</source><translation>Alta</translation></message>
<message><source>Normal</source><translation>Normal</translation></message>
<message><source>Low</source><translation>Baja</translation></message>
<message><source>Main queue</source><translation>Cola principal</translation></message>
<message><source>{checksum} verified</source><translation>{checksum} verificado</translation></message>
<message><source>{checksum} expected</source><translation>{checksum} esperado</translation></message>
<message><source>Name</source><translation>Nombre</translation></message>
<message><source>Progress</source><translation>Progreso</translation></message>
<message><source>Size</source><translation>Tamaño</translation></message>
<message><source>Speed</source><translation>Velocidad</translation></message>
<message><source>Time left</source><translation>Restante</translation></message>
<message><source>Added</source><translation>Añadida</translation></message>
<message><source>Finished</source><translation>Completada</translation></message>
<message><source>Host</source><translation>Host</translation></message>
<message><source>Folder</source><translation>Carpeta</translation></message>
<message><source>Category</source><translation>Categoría</translation></message>
<message><source>Queue</source><translation>Cola</translation></message>
<message><source>Priority</source><translation>Prioridad</translation></message>
<message><source>Average speed</source><translation>Velocidad media</translation></message>
<message><source>Connections</source><translation>Conexiones</translation></message>
<message><source>Checksum</source><translation>Verificación</translation></message>
<message><source>Limit</source><translation>Límite</translation></message>
<message><source>{first}. {second}</source><extracomment>The two lines of the empty list, for screen readers</extracomment><translation>{first}. {second}</translation></message>
<message><source>Which downloads to show</source><translation>Qué descargas mostrar</translation></message>
<message><source>Release queue</source><translation>Liberar cola</translation></message>
<message><source>Hold queue</source><translation>Retener cola</translation></message>
<message><source>Queue options…</source><translation>Opciones de la cola…</translation></message>
<message><source>Rename queue…</source><translation>Renombrar cola…</translation></message>
<message><source>Remove queue</source><translation>Quitar cola</translation></message>
<message><source>Change categories…</source><translation>Cambiar las categorías…</translation></message>
<message><source>Add queue…</source><translation>Añadir cola…</translation></message>
<message><source>Columns</source><translation>Columnas</translation></message>
<message><source>Show all</source><translation>Mostrar todas</translation></message>
<message><source>Fit to content</source><translation>Ajustar al contenido</translation></message>
<message><source>Usual columns</source><translation>Columnas habituales</translation></message>
<message><source>Sort by</source><translation>Ordenar por</translation></message>
<message><source>Sort in queue order</source><translation>Ordenar según la cola</translation></message>
<message><source>Pause</source><translation>Pausar</translation></message>
<message><source>Resume</source><translation>Reanudar</translation></message>
<message><source>Try again</source><translation>Reintentar</translation></message>
<message><source>Try now</source><translation>Reintentar ya</translation></message>
<message><source>Paste a new link</source><translation>Pegar un enlace nuevo</translation></message>
<message><source>Log in</source><translation>Iniciar sesión</translation></message>
<message><source>Show the certificate</source><translation>Mostrar el certificado</translation></message>
<message><source>Give its cookies again</source><translation>Dar de nuevo sus cookies</translation></message>
<message><source>Show the host key</source><translation>Mostrar la clave del servidor</translation></message>
<message><source>End recording and keep it</source><translation>Finalizar la grabación y conservarla</translation></message>
<message><source>Open</source><translation>Abrir</translation></message>
<message><source>Download again</source><translation>Descargar de nuevo</translation></message>
<message><source>Show in folder</source><translation>Mostrar en la carpeta</translation></message>
<message><source>Sort in queue order to arrange rows by dragging</source><translation>Ordena según la cola para recolocar filas arrastrándolas</translation></message>
<message><source>Categories</source><translation>Categorías</translation></message>
<message><source>Queues</source><translation>Colas</translation></message>
<message><source>Watched</source><translation>Vigiladas</translation></message>
<message><source>{section}, folded</source><translation>{section}, sección contraída</translation></message>
<message><source>{section}, open</source><translation>{section}, sección desplegada</translation></message>
<message><source>{group}, held, {downloads}</source><translation>{group}, retenida, {downloads}</translation></message>
<message><source>{group}, {downloads}: {why}</source><extracomment>What a line of the sidebar says, such as "Night, 3 downloads: Waiting for the hours of its queue"</extracomment><translation>{group}, {downloads}: {why}</translation></message>
<message><source>{group}, {downloads}</source><extracomment>What a line of the sidebar says, such as "Paused, 3 downloads"</extracomment><translation>{group}, {downloads}</translation></message>
<message><source>Click to sort, Shift+click to sort by several columns</source><translation>Clic para ordenar, Mayús+clic para ordenar por varias columnas</translation></message>
<message><source>{column}, sorted downwards</source><translation>{column}, orden descendente</translation></message>
<message><source>{column}, sorted upwards</source><translation>{column}, orden ascendente</translation></message>
<message><source>Downloads</source><translation>Descargas</translation></message>
</context>
<context>
<name>Lists</name>
<message><source>{name} could not be written: {why}</source><translation>No se pudo escribir {name}: {why}</translation></message>
<message><source>Lists ({endings})</source><translation>Listas ({endings})</translation></message>
<message><source>Open lists</source><translation>Abrir listas</translation></message>
<message><source>All files (*)</source><translation>Todos los archivos (*)</translation></message>
<message><source>Export the list</source><translation>Exportar la lista</translation></message>
<message><source>Unfinished files ({endings})</source><translation>Archivos sin terminar ({endings})</translation></message>
<message><source>Take over an unfinished file</source><translation>Tomar un archivo sin terminar</translation></message>
<message numerus="yes"><source>%Ln download(s) exported to {name}</source><translation><numerusform>%Ln descarga exportada a {name}</numerusform><numerusform>%Ln descargas exportadas a {name}</numerusform></translation></message>
<message><source>The file cannot be read</source><translation>No se puede leer el archivo</translation></message>
</context>
<context>
<name>Live</name>
<message><source>Lines of the file</source><translation>Líneas del archivo</translation></message>
<message><source>The expression takes too long on some lines; find a simpler one</source><translation>La expresión tarda demasiado en algunas líneas; busca una más simple</translation></message>
<message><source>Paused</source><translation>En pausa</translation></message>
<message><source>To the end</source><translation>Ir al final</translation></message>
<message><source>Show anyway</source><translation>Mostrar igualmente</translation></message>
<message><source>Not a regular expression, at character {place}: {what}</source><translation>Expresión regular no válida, en el carácter {place}: {what}</translation></message>
<message><source>Find in the lines</source><translation>Buscar en las líneas</translation></message>
<message><source>Aa</source><extracomment>A button that tells capital letters from small ones</extracomment><translation>Aa</translation></message>
<message><source>Match case</source><extracomment>A button that tells capital letters from small ones</extracomment><translation>Distinguir mayúsculas</translation></message>
<message><source>Regular expression</source><extracomment>A button that tells capital letters from small ones</extracomment><translation>Expresión regular</translation></message>
<message><source>Only matching lines</source><extracomment>A button that tells capital letters from small ones</extracomment><translation>Solo coincidencias</translation></message>
<message><source>Show only matching lines</source><extracomment>A button that tells capital letters from small ones</extracomment><translation>Mostrar solo las líneas coincidentes</translation></message>
<message><source>Show from the beginning</source><translation>Mostrar desde el principio</translation></message>
<message><source>Wrap long lines</source><translation>Ajustar líneas largas</translation></message>
<message><source>Clear the view</source><translation>Vaciar la vista</translation></message>
<message><source>Automatic</source><translation>Automática</translation></message>
<message><source>Stop saving</source><translation>Dejar de guardar</translation></message>
<message><source>Save matches as…</source><translation>Guardar coincidencias como…</translation></message>
<message><source>Save all matching lines of the file so far as…</source><translation>Guardar todas las líneas coincidentes recibidas hasta ahora como…</translation></message>
<message><source>Go on showing new lines</source><translation>Seguir mostrando líneas nuevas</translation></message>
<message><source>Pause the view</source><translation>Pausar la vista</translation></message>
<message><source>Encoding: {name}</source><translation>Codificación: {name}</translation></message>
<message><source>Encoding: automatic, {name}</source><translation>Codificación: automática, {name}</translation></message>
<message><source>{name} matches.txt</source><translation>{name} coincidencias.txt</translation></message>
<message><source>Save matches</source><translation>Guardar coincidencias</translation></message>
<message><source>Saving to {name}…</source><translation>Guardando en {name}…</translation></message>
<message><source>{name} is the download itself; choose another name</source><translation>{name} es la propia descarga; elige otro nombre</translation></message>
<message><source>{name} could not be saved</source><translation>No se pudo guardar {name}</translation></message>
<message><source>Nothing was saved</source><translation>No se guardó nada</translation></message>
<message numerus="yes"><source>%Ln line(s) saved to {name}</source><translation><numerusform>%Ln línea guardada en {name}</numerusform><numerusform>%Ln líneas guardadas en {name}</numerusform></translation></message>
<message><source>{size} before this are not shown</source><translation>No se muestran los {size} anteriores</translation></message>
<message><source>{size} came too fast to be shown</source><translation>{size} llegaron demasiado rápido para mostrarse</translation></message>
<message><source>The file was begun anew</source><translation>El archivo empezó de nuevo</translation></message>
<message><source>The recording goes on in the next file</source><translation>La grabación sigue en el archivo siguiente</translation></message>
<message><source>Unicode (UTF-8)</source><translation>Unicode (UTF-8)</translation></message>
<message><source>Unicode (UTF-16)</source><translation>Unicode (UTF-16)</translation></message>
<message><source>Western European (Windows-1252)</source><translation>Europeo occidental (Windows-1252)</translation></message>
<message><source>Western European (ISO-8859-15)</source><translation>Europeo occidental (ISO-8859-15)</translation></message>
<message><source>Central European (Windows-1250)</source><translation>Centroeuropeo (Windows-1250)</translation></message>
<message><source>Cyrillic (Windows-1251)</source><translation>Cirílico (Windows-1251)</translation></message>
<message><source>Cyrillic (KOI8-R)</source><translation>Cirílico (KOI8-R)</translation></message>
<message><source>Greek (Windows-1253)</source><translation>Griego (Windows-1253)</translation></message>
<message><source>Turkish (Windows-1254)</source><translation>Turco (Windows-1254)</translation></message>
<message><source>Hebrew (Windows-1255)</source><translation>Hebreo (Windows-1255)</translation></message>
<message><source>Arabic (Windows-1256)</source><translation>Árabe (Windows-1256)</translation></message>
<message><source>Japanese (Shift JIS)</source><translation>Japonés (Shift JIS)</translation></message>
<message><source>Japanese (EUC-JP)</source><translation>Japonés (EUC-JP)</translation></message>
<message><source>Simplified Chinese (GB18030)</source><translation>Chino simplificado (GB18030)</translation></message>
<message><source>Traditional Chinese (Big5)</source><translation>Chino tradicional (Big5)</translation></message>
<message><source>Korean (EUC-KR)</source><translation>Coreano (EUC-KR)</translation></message>
<message><source>The file is not there</source><translation>El archivo no está</translation></message>
<message><source>This file is not text</source><translation>Este archivo no es de texto</translation></message>
<message><source>Waiting for the next line</source><translation>Esperando la línea siguiente</translation></message>
<message><source>There is no line to show</source><translation>No hay ninguna línea que mostrar</translation></message>
<message><source>The file cannot be read</source><translation>No se puede leer el archivo</translation></message>
<message numerus="yes"><source>%Ln line(s)</source><translation><numerusform>%Ln línea</numerusform><numerusform>%Ln líneas</numerusform></translation></message>
<message numerus="yes"><source>%Ln new line(s)</source><translation><numerusform>%Ln línea nueva</numerusform><numerusform>%Ln líneas nuevas</numerusform></translation></message>
<message numerus="yes"><source>%Ln matching line(s)</source><translation><numerusform>%Ln línea coincidente</numerusform><numerusform>%Ln líneas coincidentes</numerusform></translation></message>
<message><source>Choose a download to see its text as it arrives</source><translation>Selecciona una descarga para ver su texto a medida que llega</translation></message>
<message><source>Nothing has arrived yet</source><translation>Aún no ha llegado nada</translation></message>
<message><source>No line matches</source><translation>Ninguna línea coincide</translation></message>
</context>
<context>
<name>Login</name>
<message><source>Log in</source><translation>Iniciar sesión</translation></message>
<message><source>&amp;Keep it in the system's keyring</source><translation>&amp;Guardar en el llavero del sistema</translation></message>
<message><source>&amp;User name</source><translation>Nombre de &amp;usuario</translation></message>
<message><source>&amp;Password, or token</source><translation>&amp;Contraseña o token</translation></message>
<message><source>The login before was refused.</source><translation>Los datos anteriores fueron rechazados.</translation></message>
<message><source>Install this first, in a terminal</source><translation>Instale esto primero, en un terminal</translation></message>
<message><source>Type a name and a password, or a token.</source><translation>Escriba un nombre y una contraseña, o un token.</translation></message>
<message><source>There are too many rules for hosts.</source><translation>Hay demasiadas reglas de hosts.</translation></message>
<message><source>The keyring does not keep the login; it is used until Headrace ends.</source><translation>El llavero no guarda los datos; se usan hasta que termine Headrace.</translation></message>
<message><source>The server {place} asks for a login.</source><translation>El servidor {place} pide iniciar sesión.</translation></message>
<message><source>A login for {place}, for all downloads from there.</source><translation>Un acceso para {place}, para todas las descargas de allí.</translation></message>
<message><source>The proxy {place} asks for a login.</source><translation>El proxy {place} pide iniciar sesión.</translation></message>
<message><source>Your Kerberos ticket could not be used: {why}.</source><translation>No se pudo usar su ticket de Kerberos: {why}.</translation></message>
<message numerus="yes"><source>%Ln download(s) wait for it.</source><translation><numerusform>%Ln descarga lo espera.</numerusform><numerusform>%Ln descargas lo esperan.</numerusform></translation></message>
<message><source>Others on the way may read it, unless the server offers TLS.</source><translation>Otros en el camino pueden leerlo, salvo que el servidor ofrezca TLS.</translation></message>
<message><source>The connection is not encrypted: others on the way may read it.</source><translation>La conexión no está cifrada: otros en el camino pueden leerla.</translation></message>
<message><source>Show my Kerberos &amp;ticket to {host}</source><translation>Mostrar mi &amp;ticket de Kerberos a {host}</translation></message>
<message><source>Send the password &amp;readably (Basic), though safer ways are offered</source><translation>Enviar la contraseña &amp;legible (Basic), aunque se ofrece algo más seguro</translation></message>
</context>
<context>
<name>Names</name>
<message><source>Write a name.</source><translation>Escribe un nombre.</translation></message>
<message><source>A name has no slashes. The folder is chosen apart from it.</source><translation>Un nombre no lleva barras. La carpeta se elige aparte.</translation></message>
<message><source>The name holds a character that cannot be seen.</source><translation>El nombre contiene un carácter invisible.</translation></message>
<message><source>A name cannot hold any of &lt; &gt; : " | ? *</source><translation>Un nombre no puede contener ninguno de estos caracteres: &lt; &gt; : " | ? *</translation></message>
<message><source>A name cannot end with a dot or a space.</source><translation>Un nombre no puede terminar en punto ni en espacio.</translation></message>
<message><source>Windows keeps this name for itself. Put _ before it.</source><translation>Windows reserva este nombre. Ponle _ delante.</translation></message>
<message><source>The name is too long. 255 bytes are the most a disk takes.</source><translation>El nombre es demasiado largo. Un disco admite 255 bytes como máximo.</translation></message>
</context>
<context>
<name>Notices</name>
<message><source>fetched anew: the file on the server had changed</source><translation>reiniciada: el archivo del servidor había cambiado</translation></message>
<message><source>fetched anew: the server cannot resume safely</source><translation>reiniciada: el servidor no permite reanudar con seguridad</translation></message>
<message><source>fetched anew: the unfinished file was missing or changed</source><translation>reiniciada: el archivo incompleto faltaba o había cambiado</translation></message>
<message><source>length unknown</source><translation>tamaño desconocido</translation></message>
<message><source>skipped, a file of that name was there already</source><translation>omitida, ya existía un archivo con ese nombre</translation></message>
<message><source>joins compared, the server names no version</source><translation>uniones comparadas, el servidor no indica versión</translation></message>
<message><source>altered blocks on disk fetched again</source><translation>bloques alterados en disco descargados de nuevo</translation></message>
<message><source>saved as it came, though labelled compressed</source><translation>guardado como llegó, aunque venía marcado como comprimido</translation></message>
<message><source>the server calls it another kind of file</source><translation>según el servidor es otro tipo de archivo</translation></message>
<message><source>misleading characters removed from the name</source><translation>se quitaron del nombre caracteres engañosos</translation></message>
<message><source>checksum shows accidents, not forgeries</source><translation>la suma de verificación detecta accidentes, no falsificaciones</translation></message>
<message><source>one address was given up</source><translation>se descartó una dirección</translation></message>
<message><source>the disk cannot set room aside</source><translation>el disco no puede reservar espacio</translation></message>
<message><source>the feed was interrupted</source><translation>la transmisión se interrumpió</translation></message>
<message><source>ended on request</source><translation>finalizada a petición tuya</translation></message>
<message><source>not marked with its origin</source><translation>sin marca de origen</translation></message>
<message><source>fetched anew: what another program had left was not right</source><translation>obtenido de nuevo: lo que dejó otro programa no era correcto</translation></message>
<message><source>partly another program's, compared in samples</source><translation>en parte de otro programa, comparado por muestras</translation></message>
</context>
<context>
<name>Outcome</name>
<message><source>{name} is right, proved by {proof}</source><translation>{name} es correcto, probado por {proof}</translation></message>
<message><source>{name} has the right size; nothing more is known of it</source><translation>{name} tiene el tamaño correcto; no se sabe nada más</translation></message>
<message><source>{name} is not the file any more that was downloaded</source><translation>{name} ya no es el archivo que se descargó</translation></message>
<message><source>{name} is no longer in {folder}</source><translation>{name} ya no está en {folder}</translation></message>
<message><source>{name} cannot be read</source><translation>No se puede leer {name}</translation></message>
<message><source>Nothing is known of {name} to compare it with</source><translation>No se conoce nada de {name} con que compararlo</translation></message>
<message><source>{name} was not read to its end</source><translation>{name} no se leyó hasta el final</translation></message>
<message><source>{name}: {what}. {advice}</source><translation>{name}: {what}. {advice}</translation></message>
<message><source>Renamed to {name}</source><translation>Ahora se llama {name}</translation></message>
<message><source>{name} is in {folder} now</source><translation>{name} está ahora en {folder}</translation></message>
<message><source>{sentence}: it differs from byte {start} on</source><translation>{sentence}: difiere desde el byte {start}</translation></message>
<message><source>the digests Headrace kept of it</source><translation>las huellas que Headrace conservó</translation></message>
</context>
<context>
<name>Properties</name>
<message><source>As in the settings</source><translation>Según los ajustes</translation></message>
<message><source>Nothing</source><translation>Nada</translation></message>
<message><source>Open it</source><translation>Abrirlo</translation></message>
<message><source>Extract it</source><translation>Extraerlo</translation></message>
<message><source>Extract it and open the folder</source><translation>Extraerlo y abrir la carpeta</translation></message>
<message><source>Extract it, then the archive goes to the trash</source><translation>Extraerlo y enviar el archivo comprimido a la papelera</translation></message>
<message><source>Play a sound</source><translation>Reproducir un sonido</translation></message>
<message><source>When it is &amp;there</source><translation>Cuando e&amp;sté listo</translation></message>
<message><source>Write the proxy as http://proxy.example:3128, or “direct” for none.</source><translation>Escriba el proxy como http://proxy.example:3128, o «direct» para ninguno.</translation></message>
<message><source>Write each header as Name: value. Headrace itself sets Range, Host and the like.</source><translation>Escribe cada cabecera como Nombre: valor. Range, Host y similares las pone Headrace.</translation></message>
<message><source>High</source><translation>Alta</translation></message>
<message><source>Normal</source><translation>Normal</translation></message>
<message><source>Low</source><translation>Baja</translation></message>
<message><source>Properties</source><translation>Propiedades</translation></message>
<message><source>Apply</source><translation>Aplicar</translation></message>
<message><source>No limit of its own</source><translation>Sin límite propio</translation></message>
<message><source>By type</source><translation>Según el tipo</translation></message>
<message><source>Main queue</source><translation>Cola principal</translation></message>
<message><source>such as sha256:…</source><translation>por ejemplo, sha256:…</translation></message>
<message><source>unchanged</source><translation>sin cambios</translation></message>
<message><source>&amp;Category</source><translation>&amp;Categoría</translation></message>
<message><source>C&amp;onnections at most</source><translation>Cone&amp;xiones máximas</translation></message>
<message><source>Speed &amp;limit</source><translation>Límite de veloci&amp;dad</translation></message>
<message><source>&amp;Priority</source><translation>&amp;Prioridad</translation></message>
<message><source>&amp;Queue</source><translation>Co&amp;la</translation></message>
<message><source>Expected c&amp;hecksum</source><translation>Suma de &amp;verificación esperada</translation></message>
<message><source>Pro&amp;xy</source><translation>Pro&amp;xy</translation></message>
<message><source>Coo&amp;kies</source><translation>Coo&amp;kies</translation></message>
<message><source>&amp;Request headers, one a line</source><translation>C&amp;abeceras de la solicitud, una por línea</translation></message>
<message><source>Various: left as they are</source><translation>Valores distintos: se dejan como están</translation></message>
<message><source>This is not a checksum. Write it as sha256: and 64 digits from 0 to f.</source><translation>No es una suma de verificación. Escríbela como sha256: y 64 cifras de 0 a f.</translation></message>
<message><source>This value cannot be used.</source><translation>Este valor no se puede usar.</translation></message>
</context>
<context>
<name>Questions</name>
<message><source>Delete for good</source><translation>Eliminar definitivamente</translation></message>
<message><source>What is deleted so does not go to the trash.</source><translation>Lo que se elimina así no pasa por la papelera.</translation></message>
<message><source>Delete</source><translation>Eliminar</translation></message>
<message><source>Cancel</source><translation>Cancelar</translation></message>
<message><source>Delete “{name}” for good?</source><translation>¿Eliminar «{name}» definitivamente?</translation></message>
<message numerus="yes"><source>Delete %Ln download(s) with their files for good?</source><translation><numerusform>¿Eliminar definitivamente %Ln descarga con su archivo?</numerusform><numerusform>¿Eliminar definitivamente %Ln descargas con sus archivos?</numerusform></translation></message>
<message><source>About Headrace</source><translation>Acerca de Headrace</translation></message>
<message><source>A download manager that proves every byte it writes.</source><translation>Un gestor de descargas que comprueba cada byte que escribe.</translation></message>
<message><source>Close</source><translation>Cerrar</translation></message>
</context>
<context>
<name>Queues</name>
<message><source>Queue options</source><translation>Opciones de la cola</translation></message>
<message><source>Apply</source><translation>Aplicar</translation></message>
<message><source>Speed &amp;limit</source><translation>Límite de veloci&amp;dad</translation></message>
<message><source>Downloads at &amp;once</source><translation>Descargas a la ve&amp;z</translation></message>
<message><source>Starts downloads, and stops them &amp;after</source><translation>Empieza las descargas y luego las de&amp;tiene</translation></message>
<message><source>&amp;Folder</source><translation>C&amp;arpeta</translation></message>
<message><source>No limit of its own</source><translation>Sin límite propio</translation></message>
<message><source>As many as in all</source><translation>Tantas como en total</translation></message>
<message><source>The folder for downloads</source><translation>La carpeta de descargas</translation></message>
<message><source>Hours</source><translation>Horas</translation></message>
<message><source>Write the whole path of the folder, from the root.</source><translation>Escribe la ruta completa de la carpeta, desde la raíz.</translation></message>
<message><source>Name of the queue</source><translation>Nombre de la cola</translation></message>
<message><source>Add queue</source><translation>Añadir cola</translation></message>
<message><source>Rename queue</source><translation>Renombrar cola</translation></message>
<message><source>Removed the queue {queue}</source><translation>Se quitó la cola {queue}</translation></message>
<message><source>Undo</source><translation>Deshacer</translation></message>
<message numerus="yes"><source>%Ln download(s) moved to {place}</source><translation><numerusform>%Ln descarga movida a {place}</numerusform><numerusform>%Ln descargas movidas a {place}</numerusform></translation></message>
</context>
<context>
<name>Readdress</name>
<message><source>Change address</source><translation>Cambiar la dirección</translation></message>
<message><source>Go on from there</source><translation>Continuar desde ahí</translation></message>
<message><source>New address of {name}</source><translation>Nueva dirección de {name}</translation></message>
<message><source>Open the server's page in the browser</source><translation>Abrir la página del servidor en el navegador</translation></message>
<message><source>This is not an address. It begins with https:// or http://.</source><translation>Esto no es una dirección. Empieza por https:// o http://.</translation></message>
<message><source>This download runs or is done already, or another one has this address.</source><translation>Esta descarga ya está en curso o completada, o hay otra con esta dirección.</translation></message>
<message><source>Paste a fresh link to the same file.</source><translation>Pega un enlace nuevo al mismo archivo.</translation></message>
<message><source>Paste a fresh link to the same file. The {size} that are here stay; they are compared with what the new address has before anything is added to them.</source><translation>Pega un enlace nuevo al mismo archivo. Los {size} recibidos se conservan; se comparan con lo que hay en la dirección nueva antes de añadirles nada.</translation></message>
</context>
<context>
<name>Relocate</name>
<message><source>Move to another folder</source><translation>Mover a otra carpeta</translation></message>
<message><source>Move</source><translation>Mover</translation></message>
<message><source>What has arrived goes along, and downloads that run go on there.</source><translation>Lo recibido se mueve también, y las descargas en curso continúan allí.</translation></message>
<message><source>Write the whole path of a folder.</source><translation>Escribe la ruta completa de una carpeta.</translation></message>
<message><source>New folder of {what}</source><translation>Nueva carpeta de {what}</translation></message>
</context>
<context>
<name>Rename</name>
<message><source>Name of the file</source><translation>Nombre del archivo</translation></message>
<message><source>This name cannot be used.</source><translation>Este nombre no se puede usar.</translation></message>
<message><source>Rename</source><translation>Renombrar</translation></message>
</context>
<context>
<name>Rules</name>
<message><source>There is no {part}. There are {fields}.</source><translation>No existe {part}. Existen {fields}.</translation></message>
<message><source>Behind a colon there is only the form of a date, such as {example}.</source><translation>Tras los dos puntos solo va la forma de una fecha, como {example}.</translation></message>
<message><source>A brace is open, or there is one too many.</source><translation>Hay una llave abierta, o sobra una.</translation></message>
<message><source>{path} stands for several folders: write it alone between two slashes.</source><translation>{path} representa varias carpetas: escríbalo solo entre dos barras.</translation></message>
<message><source>Write a whole path, or folders below the one for downloads.</source><translation>Escriba una ruta completa, o carpetas dentro de la de descargas.</translation></message>
<message><source>Not every system can have a folder called “{part}”.</source><translation>No todos los sistemas admiten una carpeta llamada «{part}».</translation></message>
<message><source>{counter} numbers files, and can be no part of a folder.</source><translation>{counter} numera archivos y no puede formar parte de una carpeta.</translation></message>
<message><source>A name holds no slashes. Folders belong into the field above.</source><translation>Un nombre no lleva barras. Las carpetas van en el campo de arriba.</translation></message>
<message><source>Without a field such as {name} all files would have the same name.</source><translation>Sin un campo como {name}, todos los archivos tendrían el mismo nombre.</translation></message>
<message><source>A regular expression has {number} characters at most.</source><translation>Una expresión regular tiene {number} caracteres como máximo.</translation></message>
<message><source>This is no regular expression: {part}</source><translation>Esto no es una expresión regular: {part}</translation></message>
<message><source>There is a {part} already. Give the group another name.</source><translation>Ya existe {part}. Dé otro nombre al grupo.</translation></message>
<message><source>This expression may take too long. Let no two ways of a repeat fit the same text, as in {example}.</source><translation>Esta expresión puede tardar demasiado. En una repetición, dos caminos no deben coincidir con el mismo texto, como en {example}.</translation></message>
<message><source>Rule {number}</source><translation>Regla {number}</translation></message>
<message><source>everything</source><translation>todo</translation></message>
<message><source>the folder for downloads</source><translation>la carpeta de descargas</translation></message>
<message><source>{what} → {where}</source><translation>{what} → {where}</translation></message>
<message><source>Change {name}</source><translation>Cambiar {name}</translation></message>
<message><source>Remove {name}</source><translation>Quitar {name}</translation></message>
<message><source>Endings</source><translation>Extensiones</translation></message>
<message><source>Folder</source><translation>Carpeta</translation></message>
<message><source>{name} is removed.</source><translation>{name} se ha quitado.</translation></message>
<message><source>Any</source><translation>Cualquiera</translation></message>
<message><source>As it is</source><translation>Como está</translation></message>
<message><source>Write a size such as 700M or 2GiB.</source><translation>Escriba un tamaño como 700M o 2GiB.</translation></message>
<message><source>Name of the rule</source><translation>Nombre de la regla</translation></message>
<message><source>Types of files</source><translation>Tipos de archivo</translation></message>
<message><source>Servers</source><translation>Servidores</translation></message>
<message><source>Addresses</source><translation>Direcciones</translation></message>
<message><source>Server (regular expression)</source><translation>Servidor (expresión regular)</translation></message>
<message><source>Address (regular expression)</source><translation>Dirección (expresión regular)</translation></message>
<message><source>Name (regular expression)</source><translation>Nombre (expresión regular)</translation></message>
<message><source>Size</source><translation>Tamaño</translation></message>
<message><source>Least size</source><translation>Tamaño mínimo</translation></message>
<message><source>Greatest size</source><translation>Tamaño máximo</translation></message>
<message><source>From the queue</source><translation>De la cola</translation></message>
<message><source>File name</source><translation>Nombre del archivo</translation></message>
<message><source>Category</source><translation>Categoría</translation></message>
<message><source>Queue</source><translation>Cola</translation></message>
<message><source>Priority</source><translation>Prioridad</translation></message>
<message><source>Add paused</source><translation>Añadir en pausa</translation></message>
<message><source>Ask the rules below too</source><translation>Consultar también las reglas siguientes</translation></message>
<message><source>{name}: asked</source><translation>{name}: se consulta</translation></message>
<message><source>Add rule</source><translation>Añadir regla</translation></message>
<message><source>Folders by type</source><translation>Carpetas por tipo</translation></message>
<message><source>A folder each for videos, music, pictures and so on</source><translation>Una carpeta para vídeos, otra para música, otra para imágenes, etc.</translation></message>
<message><source>Try an address: where would it go?</source><translation>Probar una dirección: ¿adónde iría?</translation></message>
<message><source>This is not an address.</source><translation>Esto no es una dirección.</translation></message>
<message><source>no rule holds</source><translation>no se cumple ninguna regla</translation></message>
<message><source>{path} ({rule})</source><translation>{path} ({rule})</translation></message>
<message><source>Ask {name} earlier</source><translation>Consultar {name} antes</translation></message>
<message><source>Ask {name} later</source><translation>Consultar {name} después</translation></message>
</context>
<context>
<name>Settings</name>
<message><source>All files</source><translation>Todos los archivos</translation></message>
<message><source>At all hours</source><translation>A todas horas</translation></message>
<message><source>No program on this computer opens it.</source><translation>Ningún programa de este equipo la abre.</translation></message>
<message><source>The keyring did not forget all of them.</source><translation>El llavero no los olvidó todos.</translation></message>
<message numerus="yes"><source>%Ln login(s) forgotten.</source><translation><numerusform>%Ln acceso olvidado.</numerusform><numerusform>%Ln accesos olvidados.</numerusform></translation></message>
<message><source>All settings are back to their defaults.</source><translation>Todos los ajustes vuelven a sus valores predeterminados.</translation></message>
<message><source>All settings had their defaults already.</source><translation>Todos los ajustes tenían ya sus valores predeterminados.</translation></message>
<message><source>Export settings</source><translation>Exportar ajustes</translation></message>
<message><source>{file} could not be written: {fault}</source><translation>No se pudo escribir {file}: {fault}</translation></message>
<message><source>All settings are in {file} now.</source><translation>Todos los ajustes están ahora en {file}.</translation></message>
<message><source>Import settings</source><translation>Importar ajustes</translation></message>
<message><source>Settings (*.json)</source><translation>Ajustes (*.json)</translation></message>
<message><source>All files (*)</source><translation>Todos los archivos (*)</translation></message>
<message><source>{file} is not a file of settings that Headrace wrote. Nothing was changed.</source><translation>{file} no es un archivo de ajustes escrito por Headrace. No se cambió nada.</translation></message>
<message><source>{file} was written by a newer Headrace. Nothing was changed.</source><translation>{file} fue escrito por una versión más reciente de Headrace. No se cambió nada.</translation></message>
<message><source>{file} cannot be read. Nothing was changed.</source><translation>No se puede leer {file}. No se cambió nada.</translation></message>
<message><source>All settings were already as {file} has them.</source><translation>Todos los ajustes estaban ya como en {file}.</translation></message>
<message numerus="yes"><source>%Ln setting(s) changed to what {file} has.</source><translation><numerusform>%Ln ajuste cambiado según {file}.</numerusform><numerusform>%Ln ajustes cambiados según {file}.</numerusform></translation></message>
<message><source>Ignored, as there is no such setting: {names}.</source><translation>Se ignoran porque no existen esos ajustes: {names}.</translation></message>
<message><source>Left as they were, as the values cannot be used: {names}.</source><translation>Se dejan como estaban porque los valores no se pueden usar: {names}.</translation></message>
<message><source>Not found on this computer: the folder or file of {names}.</source><translation>No se encuentra en este equipo la carpeta o el archivo de {names}.</translation></message>
<message><source>Search settings</source><translation>Buscar ajustes</translation></message>
<message><source>Settings</source><translation>Ajustes</translation></message>
<message><source>This folder cannot be reached.</source><translation>No se puede acceder a esta carpeta.</translation></message>
<message><source>This is a file, not a folder.</source><translation>Esto es un archivo, no una carpeta.</translation></message>
<message><source>Main queue</source><translation>Cola principal</translation></message>
<message><source>This value cannot be used.</source><translation>Este valor no se puede usar.</translation></message>
<message><source>Like the system</source><translation>Como el sistema</translation></message>
<message><source>Blue</source><translation>Azul</translation></message>
<message><source>Teal</source><translation>Turquesa</translation></message>
<message><source>Green</source><translation>Verde</translation></message>
<message><source>Amber</source><translation>Ámbar</translation></message>
<message><source>Orange</source><translation>Naranja</translation></message>
<message><source>Red</source><translation>Rojo</translation></message>
<message><source>Pink</source><translation>Rosa</translation></message>
<message><source>Violet</source><translation>Violeta</translation></message>
<message><source>Another colour…</source><translation>Otro color…</translation></message>
<message><source>{setting}: {choice}</source><translation>{setting}: {choice}</translation></message>
<message><source>Accent colour</source><translation>Color de énfasis</translation></message>
<message><source>Programs made for aria2</source><translation>Programas hechos para aria2</translation></message>
<message><source>Who may come in</source><translation>Quién puede entrar</translation></message>
<message><source>Let other programs use Headrace</source><translation>Permitir que otros programas usen Headrace</translation></message>
<message><source>AriaNg, browser extensions and scripts made for aria2 work with it. They need the token below.</source><translation>AriaNg, las extensiones del navegador y los scripts hechos para aria2 funcionan con él. Necesitan el token de abajo.</translation></message>
<message><source>aria2, RPC, JSON-RPC, WebSocket, remote control, API, server</source><translation>aria2, RPC, JSON-RPC, WebSocket, control remoto, API, servidor</translation></message>
<message><source>Port</source><translation>Puerto</translation></message>
<message><source>Most programs look for it at 6800.</source><translation>La mayoría de los programas lo buscan en 6800.</translation></message>
<message><source>TCP, address, listen, number</source><translation>TCP, dirección, escuchar, número</translation></message>
<message><source>Secret token</source><translation>Token secreto</translation></message>
<message><source>Who does not know it is refused. Only what proves it is kept, so copy it while it is shown.</source><translation>Quien no lo conoce es rechazado. Solo se guarda lo que lo demuestra; cópielo mientras se muestra.</translation></message>
<message><source>password, key, secret, security</source><translation>contraseña, clave, secreto, seguridad</translation></message>
<message><source>Other computers too</source><translation>También otros equipos</translation></message>
<message><source>Programs anywhere in the network may ask, unencrypted. Only for a network you trust.</source><translation>Programas de toda la red pueden pedir, sin cifrado. Solo para una red de confianza.</translation></message>
<message><source>network, LAN, remote, listen, security</source><translation>red, LAN, remoto, escuchar, seguridad</translation></message>
<message><source>Names of this computer</source><translation>Nombres de este equipo</translation></message>
<message><source>Names by which others may call it, such as nas.lan. Its addresses and localhost always count.</source><translation>Nombres con los que otros lo llaman, como nas.lan. Sus direcciones y localhost siempre cuentan.</translation></message>
<message><source>host, DNS, rebinding, security</source><translation>host, DNS, rebinding, seguridad</translation></message>
<message><source>None</source><translation>Ninguno</translation></message>
<message><source>Web pages that may ask</source><translation>Páginas web que pueden pedir</translation></message>
<message><source>Origins such as https://ariang.example or chrome-extension://ID. All other pages are refused.</source><translation>Orígenes como https://ariang.example o chrome-extension://ID. Todas las demás páginas se rechazan.</translation></message>
<message><source>CORS, origin, browser, extension, AriaNg, security</source><translation>CORS, origen, navegador, extensión, AriaNg, seguridad</translation></message>
<message><source>Folders they may save to</source><translation>Carpetas donde pueden guardar</translation></message>
<message><source>Whole paths with a semicolon between two. The folder for downloads and all in it always count.</source><translation>Rutas completas separadas por punto y coma. La carpeta de descargas y todo lo que contiene siempre cuentan.</translation></message>
<message><source>directory, path, target, security</source><translation>directorio, ruta, destino, seguridad</translation></message>
<message><source>Open it</source><translation>Abrirlo</translation></message>
<message><source>Extract archives into a folder beside them</source><translation>Extraer los archivos comprimidos en una carpeta junto a ellos</translation></message>
<message><source>Then move the archive to the trash</source><translation>Después, enviar el archivo comprimido a la papelera</translation></message>
<message><source>Play a sound</source><translation>Reproducir un sonido</translation></message>
<message><source>Move it to another folder</source><translation>Moverlo a otra carpeta</translation></message>
<message><source>The system's sound, or a file</source><translation>El sonido del sistema o un archivo</translation></message>
<message><source>File with the sound</source><translation>Archivo con el sonido</translation></message>
<message><source>The folder, in full</source><translation>La ruta completa de la carpeta</translation></message>
<message><source>Folder to move to</source><translation>Carpeta de destino</translation></message>
<message><source>Write the folder in full.</source><translation>Escriba la ruta completa de la carpeta.</translation></message>
<message><source>Write the file in full.</source><translation>Escriba la ruta completa del archivo.</translation></message>
<message><source>When something happens</source><translation>Cuando sucede algo</translation></message>
<message><source>Lists that are laid down</source><translation>Listas que se dejan</translation></message>
<message><source>Watched folder</source><translation>Carpeta vigilada</translation></message>
<message><source>Texts with addresses, Metalinks and lists that are saved there are added, and then renamed.</source><translation>Los textos con direcciones, Metalinks y listas que se guardan allí se añaden y luego se renombran.</translation></message>
<message><source>watch, directory, folder, inbox, NAS, import</source><translation>vigilar, directorio, carpeta, entrada, NAS, importar</translation></message>
<message><source>Command after each download</source><translation>Comando tras cada descarga</translation></message>
<message><source>A program and its arguments, without a shell. {path} stands for the file, {folder} for its folder.</source><translation>Un programa y sus argumentos, sin shell. {path} es el archivo, {folder} su carpeta.</translation></message>
<message><source>run, execute, script, hook, event, finished, post-processing</source><translation>ejecutar, script, hook, evento, terminado, posprocesado</translation></message>
<message><source>Command after a failure</source><translation>Comando tras un fallo</translation></message>
<message><source>Run when a download has failed and waits for you.</source><translation>Se ejecuta cuando una descarga ha fallado y le espera.</translation></message>
<message><source>run, execute, script, hook, event, error</source><translation>ejecutar, script, hook, evento, error</translation></message>
<message><source>Command when all is done</source><translation>Comando cuando todo está hecho</translation></message>
<message><source>Run when nothing is left to be done, for example to suspend the computer.</source><translation>Se ejecuta cuando no queda nada por hacer, por ejemplo para suspender el equipo.</translation></message>
<message><source>run, execute, script, hook, event, idle, shut down, suspend, sleep</source><translation>ejecutar, script, hook, evento, inactivo, apagar, suspender, reposo</translation></message>
<message><source>Webhook</source><translation>Webhook</translation></message>
<message><source>What happens is sent to this address as JSON by POST, again where that fails.</source><translation>Lo que sucede se envía a esta dirección como JSON por POST, otra vez si falla.</translation></message>
<message><source>HTTP, POST, JSON, event, notify, address, URL, server</source><translation>HTTP, POST, JSON, evento, avisar, dirección, URL, servidor</translation></message>
<message><source>Write a speed from {low} to {high}.</source><translation>Escribe una velocidad de {low} a {high}.</translation></message>
<message><source>Write a number of seconds from {low} to {high}.</source><translation>Escribe un número de segundos de {low} a {high}.</translation></message>
<message><source>Write a whole number from {low} to {high}.</source><translation>Escribe un número entero de {low} a {high}.</translation></message>
<message><source>Quiet</source><translation>Silencioso</translation></message>
<message><source>Others on the line</source><translation>Otros en la línea</translation></message>
<message><source>Data budget</source><translation>Límite de datos</translation></message>
<message><source>Metered networks</source><translation>Redes de uso medido</translation></message>
<message><source>Quiet now</source><translation>Silencioso ahora</translation></message>
<message><source>The quiet limit is in force, until you or the quiet hours end it.</source><translation>El límite silencioso está en vigor hasta que tú o las horas silenciosas lo acabéis.</translation></message>
<message><source>turtle, slow, alternative, profile, turbo, polite</source><translation>tortuga, lento, alternativo, perfil, discreto</translation></message>
<message><source>Quiet limit</source><translation>Límite silencioso</translation></message>
<message><source>All downloads together are held to this while it is quiet.</source><translation>Todas las descargas juntas se mantienen por debajo mientras hay silencio.</translation></message>
<message><source>bandwidth, throttle, rate, slow down</source><translation>ancho de banda, limitar, tasa, reducir</translation></message>
<message><source>Quiet hours</source><translation>Horas silenciosas</translation></message>
<message><source>When they begin it gets quiet by itself, and when they end it no longer is. Drag to mark them.</source><translation>Cuando empiezan se hace el silencio por sí solo, y cuando acaban termina. Arrastra para marcarlas.</translation></message>
<message><source>schedule, scheduler, time, day, week, night, plan</source><translation>horario, planificador, programación, hora, día, semana, noche</translation></message>
<message><source>Never by itself</source><translation>Nunca por sí solo</translation></message>
<message><source>Leave others room</source><translation>Dejar sitio a otros</translation></message>
<message><source>While others use the line, downloads step back. Headrace notices it by answers that take longer, and asks the servers it fetches from once a second, less often while the line is calm.</source><translation>Mientras otros usan la línea, las descargas se apartan. Headrace lo nota por respuestas que tardan más, y pregunta una vez por segundo a los servidores de los que descarga, menos a menudo mientras la línea está tranquila.</translation></message>
<message><source>latency, ping, bufferbloat, polite, family, games, calls, LEDBAT, share</source><translation>latencia, ping, bufferbloat, discreto, familia, juegos, llamadas, LEDBAT, compartir</translation></message>
<message><source>How much may come</source><translation>Cuánto puede llegar</translation></message>
<message><source>When so much has come, downloads wait for the next period, or for a network that does not count. Days and weeks begin at midnight, weeks on Monday.</source><translation>Cuando ha llegado tanto, las descargas esperan al período siguiente o a una red que no cuente. Los días y las semanas empiezan a medianoche, las semanas el lunes.</translation></message>
<message><source>quota, cap, volume, allowance, contract, data, traffic, month, week, day, billing, Wi-Fi, mobile, roaming</source><translation>cuota, tope, volumen, tarifa, contrato, datos, tráfico, mes, semana, día, facturación, Wi-Fi, móvil, itinerancia</translation></message>
<message><source>Wait in metered networks</source><translation>Esperar en redes de uso medido</translation></message>
<message><source>Where the system says that a network counts bytes, as that of a phone, downloads wait for another one.</source><translation>Donde el sistema dice que una red cuenta los datos, como la de un teléfono, las descargas esperan a otra.</translation></message>
<message><source>mobile, phone, cellular, hotspot, tethering, roaming, data, volume</source><translation>móvil, teléfono, datos, punto de acceso, anclaje, itinerancia, volumen</translation></message>
<message><source>{button}: {setting}</source><translation>{button}: {setting}</translation></message>
<message><source>When all downloads are done</source><translation>Cuando todas las descargas hayan terminado</translation></message>
<message><source>When a file is there</source><translation>Cuando un archivo esté listo</translation></message>
<message><source>It is done to each file; a download's properties may say otherwise.</source><translation>Se hace con cada archivo; las propiedades de una descarga pueden indicar otra cosa.</translation></message>
<message><source>finished, extract, unpack, unzip, archive, zip, 7z, tar, open, sound, move, folder</source><translation>terminado, extraer, descomprimir, comprimido, zip, 7z, tar, abrir, sonido, mover, carpeta</translation></message>
<message><source>Then, each time</source><translation>Entonces, cada vez</translation></message>
<message><source>You are warned a minute before, and can stop it. For one time, choose it in the menu File.</source><translation>Se le avisa un minuto antes y puede detenerlo. Para una sola vez, elíjalo en el menú Archivo.</translation></message>
<message><source>shut down, power off, suspend, standby, sleep, hibernate, log out, quit, idle</source><translation>apagar, suspender, reposo, dormir, hibernar, cerrar sesión, salir, inactivo</translation></message>
<message><source>Do nothing</source><translation>No hacer nada</translation></message>
<message><source>Sleep</source><translation>Suspender</translation></message>
<message><source>Hibernate</source><translation>Hibernar</translation></message>
<message><source>Shut down</source><translation>Apagar</translation></message>
<message><source>Restart</source><translation>Reiniciar</translation></message>
<message><source>Log out</source><translation>Cerrar sesión</translation></message>
<message><source>Quit Headrace</source><translation>Salir de Headrace</translation></message>
<message><source>Saving</source><translation>Guardar</translation></message>
<message><source>Adding</source><translation>Añadir</translation></message>
<message><source>Checking</source><translation>Comprobar</translation></message>
<message><source>History</source><translation>Historial</translation></message>
<message><source>At the same time</source><translation>A la vez</translation></message>
<message><source>Patience</source><translation>Paciencia</translation></message>
<message><source>Folder for downloads</source><translation>Carpeta de descargas</translation></message>
<message><source>New downloads go here unless you choose another folder when you add them.</source><translation>Las descargas nuevas se guardan aquí, salvo que elijas otra carpeta al añadirlas.</translation></message>
<message><source>directory, path, location, save to, destination</source><translation>directorio, ruta, ubicación, guardar en, destino</translation></message>
<message><source>Downloads at once</source><translation>Descargas a la vez</translation></message>
<message><source>So many run side by side; the others wait in line.</source><translation>Número de descargas simultáneas; las demás esperan en la cola.</translation></message>
<message><source>parallel, simultaneous, concurrent, maximum</source><translation>paralelas, simultáneas, concurrentes, máximo</translation></message>
<message><source>Watch the clipboard</source><translation>Vigilar el portapapeles</translation></message>
<message><source>When you copy the address of a file, Headrace offers to download it.</source><translation>Cuando copias la dirección de un archivo, Headrace ofrece descargarlo.</translation></message>
<message><source>copy, paste, monitor, link</source><translation>copiar, pegar, supervisar, enlace, vínculo</translation></message>
<message><source>Ask servers before adding</source><translation>Preguntar a los servidores antes de añadir</translation></message>
<message><source>The add dialog shows name and size of each file. Switch it off if your links work only once.</source><translation>El diálogo de añadir muestra el nombre y el tamaño de cada archivo. Desactívelo si sus enlaces solo funcionan una vez.</translation></message>
<message><source>probe, size, check, one-time link, preview</source><translation>sondear, tamaño, comprobar, enlace de un solo uso, vista previa</translation></message>
<message><source>Add without asking</source><translation>Añadir sin preguntar</translation></message>
<message><source>Pasted and dropped addresses go straight into the list, without a dialog.</source><translation>Las direcciones pegadas o soltadas pasan directamente a la lista, sin diálogo.</translation></message>
<message><source>silent, dialog, confirm, prompt</source><translation>silencioso, diálogo, confirmar, preguntar, agregar</translation></message>
<message><source>Add paused</source><translation>Añadir en pausa</translation></message>
<message><source>The main button of the add dialog adds downloads without starting them.</source><translation>El botón principal del diálogo añade las descargas sin iniciarlas.</translation></message>
<message><source>start later, stopped</source><translation>iniciar después, detenida, agregar</translation></message>
<message><source>Look for checksums</source><translation>Buscar sumas de verificación</translation></message>
<message><source>For large files, the server is asked for a checksum file, and the download is checked by it.</source><translation>Para archivos grandes, se pide al servidor un archivo de sumas y la descarga se comprueba con él.</translation></message>
<message><source>verify, hash, SHA-256, SHA256SUMS, integrity</source><translation>verificar, hash, SHA-256, SHA256SUMS, integridad, comprobación</translation></message>
<message><source>Mark files as downloaded</source><translation>Marcar archivos como descargados</translation></message>
<message><source>Files carry where they came from, so that the system can warn before it runs one.</source><translation>Los archivos llevan anotada su procedencia, para que el sistema pueda avisar antes de ejecutar uno.</translation></message>
<message><source>origin, quarantine, zone, security, warning</source><translation>origen, cuarentena, zona, seguridad, advertencia, aviso</translation></message>
<message><source>Remember ended downloads</source><translation>Recordar descargas acabadas</translation></message>
<message><source>The history keeps them after they left the list. What is older goes at the next start.</source><translation>El historial las conserva cuando ya no están en la lista. Lo más antiguo se elimina en el próximo inicio.</translation></message>
<message><source>history, privacy, archive, days, forget</source><translation>historial, privacidad, archivo, días, olvidar</translation></message>
<message><source>For ever</source><translation>Para siempre</translation></message>
<message><source>For a year</source><translation>Durante un año</translation></message>
<message><source>For 90 days</source><translation>Durante 90 días</translation></message>
<message><source>For 30 days</source><translation>Durante 30 días</translation></message>
<message><source>For a week</source><translation>Durante una semana</translation></message>
<message><source>Not at all</source><translation>En absoluto</translation></message>
<message><source>Connections per download</source><translation>Conexiones por descarga</translation></message>
<message><source>At most so many. More are only opened while they make the download faster.</source><translation>Número máximo. Solo se abren más mientras aceleren la descarga.</translation></message>
<message><source>threads, segments, parts, parallel, maximum</source><translation>hilos, segmentos, partes, paralelo, máximo</translation></message>
<message><source>Connections per server</source><translation>Conexiones por servidor</translation></message>
<message><source>At most so many to one server, all downloads together.</source><translation>Número máximo a un mismo servidor, entre todas las descargas.</translation></message>
<message><source>host, parallel, maximum</source><translation>host, paralelo, máximo</translation></message>
<message><source>Wait for a server</source><translation>Esperar a un servidor</translation></message>
<message><source>A server that has not answered by then is tried again later.</source><translation>Si un servidor no responde en este tiempo, se reintenta más tarde.</translation></message>
<message><source>timeout, connect, seconds</source><translation>tiempo de espera, conectar, segundos, timeout</translation></message>
<message><source>Wait for data</source><translation>Esperar datos</translation></message>
<message><source>A connection on which nothing has come for so long is opened anew.</source><translation>Si una conexión pasa este tiempo sin recibir nada, se abre de nuevo.</translation></message>
<message><source>timeout, idle, stalled, seconds</source><translation>tiempo de espera, inactiva, parada, segundos, timeout</translation></message>
<message><source>Give up slow connections</source><translation>Abandonar conexiones lentas</translation></message>
<message><source>A connection that was slower than this for a minute is opened anew.</source><translation>Si una conexión va más lenta que esto durante un minuto, se abre de nuevo.</translation></message>
<message><source>minimum speed, stalled, timeout</source><translation>velocidad mínima, parada, tiempo de espera, timeout</translation></message>
<message><source>Never</source><translation>Nunca</translation></message>
<message><source>Tries</source><translation>Intentos</translation></message>
<message><source>A download fails after so many tries in a row that brought nothing new.</source><translation>Una descarga falla tras este número de intentos seguidos sin recibir nada nuevo.</translation></message>
<message><source>retry, attempts, again, repeat</source><translation>reintentar, reintentos, de nuevo, repetir</translation></message>
<message><source>Speed limit</source><translation>Límite de velocidad</translation></message>
<message><source>All downloads together are held to this, so that some of your line stays free.</source><translation>Todas las descargas juntas respetan este límite, para dejar libre parte de tu conexión.</translation></message>
<message><source>bandwidth, throttle, rate, slow down, maximum</source><translation>ancho de banda, limitar, tasa, lento, reducir, máximo</translation></message>
<message><source>No limit</source><translation>Sin límite</translation></message>
<message><source>Your queues</source><translation>Tus colas</translation></message>
<message><source>Lines of their own for downloads that belong together. One that is held starts nothing new until you let it go on.</source><translation>Colas propias para descargas relacionadas. Una cola retenida no inicia nada nuevo hasta que la liberes.</translation></message>
<message><source>line, hold, group, list, pause, schedule, hours, night</source><translation>cola, retener, grupo, lista, pausa, horario, horas, noche</translation></message>
<message><source>Where downloads go</source><translation>Adónde van las descargas</translation></message>
<message><source>The first rule that holds decides, unless you choose a folder yourself. In folders and names there may be fields in braces, such as {host}, {name}, {category} or {date:%Y-%m}.</source><translation>Decide la primera regla que se cumple, salvo que usted elija una carpeta. En carpetas y nombres puede haber campos entre llaves, como {host}, {name}, {category} o {date:%Y-%m}.</translation></message>
<message><source>folder, sort, category, template, organise, directory</source><translation>carpeta, ordenar, clasificar, categoría, plantilla, organizar, directorio</translation></message>
<message><source>Categories</source><translation>Categorías</translation></message>
<message><source>What the list sorts files by: their endings, or the type the server tells. Files of a category go to its folder where no rule sends them elsewhere. Removing one changes no file.</source><translation>Lo que la lista usa para clasificar los archivos: sus extensiones o el tipo que indica el servidor. Los archivos de una categoría van a su carpeta si ninguna regla los envía a otro sitio. Quitar una categoría no cambia ningún archivo.</translation></message>
<message><source>type, kind, extension, ending, own, group, icon, folder</source><translation>tipo, clase, extensión, propia, grupo, icono, carpeta</translation></message>
<message><source>Where Headrace keeps things</source><translation>Dónde guarda Headrace sus datos</translation></message>
<message><source>All settings</source><translation>Todos los ajustes</translation></message>
<message><source>Profile folder</source><translation>Carpeta del perfil</translation></message>
<message><source>Settings and the list of downloads are kept in this folder.</source><translation>Los ajustes y la lista de descargas se guardan en esta carpeta.</translation></message>
<message><source>database, backup, path, configuration</source><translation>base de datos, copia de seguridad, ruta, configuración</translation></message>
<message><source>Open</source><translation>Abrir</translation></message>
<message><source>Log file</source><translation>Archivo de registro</translation></message>
<message><source>What the program did is written down here, to look into when something goes wrong.</source><translation>Aquí se anota lo que hizo el programa, para consultarlo si algo va mal.</translation></message>
<message><source>problem, report, debug, diagnosis</source><translation>problema, informe, depurar, diagnóstico, log</translation></message>
<message><source>All settings are saved as one file, to keep or to take to another computer.</source><translation>Todos los ajustes se guardan en un archivo, para conservarlos o llevarlos a otro equipo.</translation></message>
<message><source>backup, save, transfer, JSON</source><translation>copia de seguridad, guardar, transferir, JSON, configuración</translation></message>
<message><source>Export…</source><translation>Exportar…</translation></message>
<message><source>Settings are taken from such a file. You can undo it.</source><translation>Los ajustes se toman de un archivo exportado. Se puede deshacer.</translation></message>
<message><source>restore, load, transfer, JSON</source><translation>restaurar, cargar, transferir, JSON, configuración</translation></message>
<message><source>Import…</source><translation>Importar…</translation></message>
<message><source>Reset all settings</source><translation>Restablecer todos los ajustes</translation></message>
<message><source>Every setting goes back to its default. Downloads stay as they are. You can undo it.</source><translation>Cada ajuste vuelve a su valor predeterminado. Las descargas no cambian. Se puede deshacer.</translation></message>
<message><source>default, original, begin anew</source><translation>predeterminado, original, empezar de nuevo, valores de fábrica</translation></message>
<message><source>Reset all</source><translation>Restablecer todo</translation></message>
<message><source>General</source><translation>General</translation></message>
<message><source>Downloads</source><translation>Descargas</translation></message>
<message><source>Connections</source><translation>Conexiones</translation></message>
<message><source>Speed</source><translation>Velocidad</translation></message>
<message><source>Queues</source><translation>Colas</translation></message>
<message><source>Rules</source><translation>Reglas</translation></message>
<message><source>Other programs</source><translation>Otros programas</translation></message>
<message><source>Appearance</source><translation>Apariencia</translation></message>
<message><source>Notifications and power</source><translation>Notificaciones y energía</translation></message>
<message><source>Advanced</source><translation>Avanzado</translation></message>
<message><source>Show hosts…</source><translation>Mostrar hosts…</translation></message>
<message numerus="yes"><source>%Ln rule(s)</source><translation><numerusform>%Ln regla</numerusform><numerusform>%Ln reglas</numerusform></translation></message>
<message><source>At these hours</source><translation>A estas horas</translation></message>
<message><source>These are too many different hours. Mark longer ones.</source><translation>Son demasiadas horas distintas. Marca otras más largas.</translation></message>
<message><source>Way out</source><translation>Salida</translation></message>
<message><source>Trust</source><translation>Confianza</translation></message>
<message><source>Logins</source><translation>Inicios de sesión</translation></message>
<message><source>Single servers</source><translation>Servidores concretos</translation></message>
<message><source>Proxy</source><translation>Proxy</translation></message>
<message><source>Reach servers</source><translation>Llegar a los servidores</translation></message>
<message><source>Proxies speak HTTP, HTTPS, SOCKS4 or SOCKS5; socks5h:// and socks4a:// look names up themselves. A password is never saved with the settings.</source><translation>Los proxies hablan HTTP, HTTPS, SOCKS4 o SOCKS5; con socks5h:// y socks4a:// buscan ellos mismos los nombres. Una contraseña nunca se guarda con los ajustes.</translation></message>
<message><source>proxy, SOCKS, SOCKS5, tunnel, PAC, company, Tor, VPN, network</source><translation>proxy, SOCKS, SOCKS5, túnel, PAC, empresa, Tor, VPN, red</translation></message>
<message><source>Not by the proxy</source><translation>Sin el proxy</translation></message>
<message><source>Servers that are reached directly: names with all below them, networks such as 10.0.0.0/8, &lt;local&gt; for names without a dot.</source><translation>Servidores a los que se llega directamente: nombres con todo lo que hay debajo, redes como 10.0.0.0/8, &lt;local&gt; para nombres sin punto.</translation></message>
<message><source>exception, bypass, intranet, local, no proxy</source><translation>excepción, evitar, intranet, local, sin proxy</translation></message>
<message><source>Hosts</source><translation>Servidores</translation></message>
<message><source>Connections, speed, pauses, user agent, referrer, headers and proxy of single servers, and what was learnt of them.</source><translation>Conexiones, velocidad, pausas, agente de usuario, referente, cabeceras y proxy de cada servidor, y lo que se ha aprendido de él.</translation></message>
<message><source>rule, server, site, domain, user agent, referer, header, limit, polite, retry, memory</source><translation>regla, servidor, sitio, dominio, agente de usuario, referente, cabecera, límite, cortés, Retry-After, memoria</translation></message>
<message><source>Only by this network</source><translation>Solo por esta red</translation></message>
<message><source>An address or an interface of this computer, such as tun0 of a VPN. While it is gone, downloads wait. Names are still looked up as the system does.</source><translation>Una dirección o interfaz de este equipo, como tun0 de una VPN. Mientras falte, las descargas esperan. Los nombres se siguen buscando como lo hace el sistema.</translation></message>
<message><source>VPN, bind, interface, network card, adapter, source address, kill switch</source><translation>VPN, vincular, interfaz, tarjeta de red, adaptador, dirección de origen, corte</translation></message>
<message><source>Any</source><translation>Cualquiera</translation></message>
<message><source>Version of IP</source><translation>Versión de IP</translation></message>
<message><source>Which addresses of servers are connected to.</source><translation>A qué direcciones de servidores se conecta.</translation></message>
<message><source>IPv4, IPv6, address, protocol</source><translation>IPv4, IPv6, dirección, protocolo</translation></message>
<message><source>Both</source><translation>Ambas</translation></message>
<message><source>IPv4 only</source><translation>Solo IPv4</translation></message>
<message><source>IPv6 only</source><translation>Solo IPv6</translation></message>
<message><source>Further certificates</source><translation>Más certificados</translation></message>
<message><source>A PEM file with authorities that secure servers are trusted by, such as your company's.</source><translation>Un archivo PEM con autoridades que avalan servidores seguros, como la de tu empresa.</translation></message>
<message><source>TLS, SSL, https, CA, authority, security</source><translation>TLS, SSL, https, CA, autoridad, seguridad</translation></message>
<message><source>None besides the system's</source><translation>Solo los del sistema</translation></message>
<message><source>Oldest version of TLS</source><translation>Versión más antigua de TLS</translation></message>
<message><source>Servers that speak older ones alone are not connected to.</source><translation>No se conecta con servidores que solo hablan versiones anteriores.</translation></message>
<message><source>SSL, https, security, encryption, protocol</source><translation>SSL, https, seguridad, cifrado, protocolo</translation></message>
<message><source>TLS 1.2</source><translation>TLS 1.2</translation></message>
<message><source>TLS 1.3</source><translation>TLS 1.3</translation></message>
<message><source>Trusted in spite of faults</source><translation>De confianza pese a fallos</translation></message>
<message><source>Written as example.org=SHA-256 of its certificate, or sftp://example.org=SHA256:… of its host key; what you trust in a download's dialog is here, too. Delete an entry to trust it no more.</source><translation>Se escriben example.org=SHA-256 del certificado o sftp://example.org=SHA256:… de la clave del servidor; lo que acepte en el diálogo de una descarga también está aquí. Borre una entrada para dejar de confiar.</translation></message>
<message><source>exception, self-signed, fingerprint, pin, certificate, security</source><translation>excepción, autofirmado, huella, certificado, seguridad</translation></message>
<message><source>Your own certificates</source><translation>Sus propios certificados</translation></message>
<message><source>Shown to one server each: example.org=/whole/path.pem, a file with certificate and key.</source><translation>Cada uno se muestra a un servidor: example.org=/ruta/entera.pem, un archivo con certificado y clave.</translation></message>
<message><source>client certificate, key, PEM, mutual TLS, authentication</source><translation>certificado de cliente, clave, PEM, TLS mutuo, autenticación</translation></message>
<message><source>Cookies</source><translation>Cookies</translation></message>
<message><source>A cookies.txt, as browsers' add-ons export it; each cookie goes to the site it belongs to.</source><translation>Un cookies.txt, como lo exportan los complementos de los navegadores; cada cookie va al sitio al que pertenece.</translation></message>
<message><source>cookies.txt, Netscape, session, members, sign in</source><translation>cookies.txt, Netscape, sesión, miembros, iniciar sesión</translation></message>
<message><source>Read logins from .netrc</source><translation>Leer datos de acceso de .netrc</translation></message>
<message><source>Servers that ask for a login get the one that the file has for them.</source><translation>Los servidores que los piden reciben los que el archivo tiene para ellos.</translation></message>
<message><source>password, user, curl, authentication</source><translation>contraseña, usuario, curl, autenticación</translation></message>
<message><source>Forget logins</source><translation>Olvidar datos de acceso</translation></message>
<message><source>Those you gave, and those the system's keyring keeps for Headrace.</source><translation>Los que usted dio, y los que el llavero del sistema guarda para Headrace.</translation></message>
<message><source>password, keyring, delete, sign out</source><translation>contraseña, llavero, borrar, cerrar sesión</translation></message>
<message><source>Forget all</source><translation>Olvidar todo</translation></message>
<message><source>Undo</source><translation>Deshacer</translation></message>
<message><source>Less: {setting}</source><translation>Menos: {setting}</translation></message>
<message><source>More: {setting}</source><translation>Más: {setting}</translation></message>
<message><source>s</source><comment>seconds, behind a number</comment><translation>s</translation></message>
<message><source>MB/s</source><translation>MB/s</translation></message>
<message><source>kB/s</source><translation>kB/s</translation></message>
<message><source>Pages of settings</source><translation>Páginas de ajustes</translation></message>
<message><source>Reset this page</source><translation>Restablecer esta página</translation></message>
<message><source>This page is back to its defaults.</source><translation>Esta página vuelve a sus valores predeterminados.</translation></message>
<message><source>All of this page had its default already.</source><translation>Toda esta página tenía ya sus valores predeterminados.</translation></message>
<message><source>No setting is about “{words}”.</source><translation>Ningún ajuste trata de «{words}».</translation></message>
<message><source>Write the whole path, from the root of the disk on.</source><translation>Escribe la ruta completa, desde la raíz del disco.</translation></message>
<message><source>Browse…</source><translation>Examinar…</translation></message>
<message><source>Browse: {setting}</source><translation>Examinar: {setting}</translation></message>
<message><source>Choose a certificate file</source><translation>Elegir un archivo de certificados</translation></message>
<message><source>Certificates</source><translation>Certificados</translation></message>
<message><source>There is no such file.</source><translation>No existe ese archivo.</translation></message>
<message><source>There are no certificates in this file that can be used.</source><translation>En este archivo no hay certificados que se puedan usar.</translation></message>
<message><source>This file cannot be read.</source><translation>No se puede leer este archivo.</translation></message>
<message><source>As the system does</source><translation>Como el sistema</translation></message>
<message><source>Directly</source><translation>Directamente</translation></message>
<message><source>As the environment says</source><translation>Como dice el entorno</translation></message>
<message><source>By this proxy:</source><translation>Por este proxy:</translation></message>
<message><source>Address of the proxy</source><translation>Dirección del proxy</translation></message>
<message><source>Write it as http://proxy.example:3128 or socks5h://name:password@127.0.0.1:1080.</source><translation>Escríbala como http://proxy.example:3128 o socks5h://name:password@127.0.0.1:1080.</translation></message>
<message><source>Write a name for the queue.</source><translation>Escribe un nombre para la cola.</translation></message>
<message><source>There is a queue of this name already.</source><translation>Ya hay una cola con este nombre.</translation></message>
<message><source>A name has at most {count} characters, all of them visible.</source><translation>Un nombre tiene como máximo {count} caracteres, todos visibles.</translation></message>
<message><source>Starts downloads</source><translation>Inicia descargas</translation></message>
<message><source>Held</source><translation>Retenida</translation></message>
<message><source>Name of the queue {name}</source><translation>Nombre de la cola {name}</translation></message>
<message><source>{name}: starts downloads</source><translation>{name}: inicia descargas</translation></message>
<message><source>Options of the queue {name}</source><translation>Opciones de la cola {name}</translation></message>
<message><source>Remove the queue {name}</source><translation>Quitar la cola {name}</translation></message>
<message><source>Name of a new queue</source><translation>Nombre de una cola nueva</translation></message>
<message><source>Add queue</source><translation>Añadir cola</translation></message>
<message><source>The queue {name} is removed. Its downloads are in the main queue now.</source><translation>Se quitó la cola {name}. Sus descargas están ahora en la cola principal.</translation></message>
<message><source>Only while “{setting}” is on.</source><translation>Solo mientras «{setting}» está activado.</translation></message>
<message><source>Back to the default</source><translation>Volver al valor predeterminado</translation></message>
<message><source>{setting}: back to the default</source><translation>{setting}: volver al valor predeterminado</translation></message>
<message><source>Light</source><translation>Claro</translation></message>
<message><source>Dark</source><translation>Oscuro</translation></message>
<message><source>There is none yet</source><translation>Aún no hay ninguno</translation></message>
<message><source>New token</source><translation>Token nuevo</translation></message>
<message><source>Copy</source><translation>Copiar</translation></message>
<message><source>Other…</source><translation>Otro…</translation></message>
<message><source>The desktop did not allow it.</source><translation>El escritorio no lo permitió.</translation></message>
<message><source>Starting and closing</source><translation>Inicio y cierre</translation></message>
<message><source>Colours</source><translation>Colores</translation></message>
<message><source>List and figures</source><translation>Lista y cifras</translation></message>
<message><source>Motion</source><translation>Movimiento</translation></message>
<message><source>Tray</source><translation>Bandeja</translation></message>
<message><source>Notifications</source><translation>Notificaciones</translation></message>
<message><source>Power</source><translation>Energía</translation></message>
<message><source>Language</source><translation>Idioma</translation></message>
<message><source>All texts change at once, and numbers and dates are written in its manner.</source><translation>Todos los textos cambian al instante, y los números y fechas siguen sus normas.</translation></message>
<message><source>translation, locale, English</source><translation>traducción, región, español, inglés, English</translation></message>
<message><source>Start with the computer</source><translation>Iniciar con el equipo</translation></message>
<message><source>Headrace starts by itself when you log in.</source><translation>Headrace se abre solo al iniciar sesión.</translation></message>
<message><source>autostart, session, login, boot, launch</source><translation>inicio automático, autoarranque, sesión, arranque, ejecutar</translation></message>
<message><source>Start hidden</source><translation>Iniciar oculto</translation></message>
<message><source>Only the tray icon is there after a start; click it to see the window.</source><translation>Al abrirse solo aparece el icono de la bandeja; haz clic en él para ver la ventana.</translation></message>
<message><source>minimised, background, tray</source><translation>minimizado, segundo plano, bandeja</translation></message>
<message><source>Continue where you left off</source><translation>Continuar donde lo dejaste</translation></message>
<message><source>Downloads that ran when you quit run again at the next start. Else they wait paused.</source><translation>Las descargas en curso al salir continúan la próxima vez. Si se desactiva, esperan en pausa.</translation></message>
<message><source>resume at start, restart</source><translation>reanudar al iniciar, reiniciar</translation></message>
<message><source>Closing the window</source><translation>Al cerrar la ventana</translation></message>
<message><source>In the tray, downloads go on without a window.</source><translation>En la bandeja, las descargas continúan sin ventana.</translation></message>
<message><source>exit, minimise, background</source><translation>salir, minimizar, segundo plano</translation></message>
<message><source>Quits Headrace</source><translation>Salir de Headrace</translation></message>
<message><source>Keeps it in the tray</source><translation>Dejarlo en la bandeja</translation></message>
<message><source>Light or dark</source><translation>Claro u oscuro</translation></message>
<message><source>The window can follow the system, or be always the same.</source><translation>La ventana puede seguir al sistema o ser siempre igual.</translation></message>
<message><source>theme, night mode, dark mode, colour scheme</source><translation>tema, modo nocturno, modo oscuro, combinación de colores</translation></message>
<message><source>Buttons, progress and what is chosen have this colour.</source><translation>Los botones, el progreso y lo seleccionado llevan este color.</translation></message>
<message><source>theme, highlight, tint</source><translation>tema, resaltado, acento, realce, tono</translation></message>
<message><source>One-line rows</source><translation>Filas de una línea</translation></message>
<message><source>More downloads fit into the window; what each is doing is told in fewer words.</source><translation>Caben más descargas en la ventana; se indica con menos palabras qué hace cada una.</translation></message>
<message><source>compact, dense, row height</source><translation>compacta, densa, altura de fila</translation></message>
<message><source>Binary units</source><translation>Unidades binarias</translation></message>
<message><source>Sizes are written in KiB, MiB and GiB (1,024 at a time) instead of kB, MB and GB.</source><translation>Los tamaños se escriben en KiB, MiB y GiB (de 1024 en 1024) en lugar de kB, MB y GB.</translation></message>
<message><source>megabyte, mebibyte, 1000, 1024</source><translation>megabyte, mebibyte, 1000, 1024</translation></message>
<message><source>Things slide and fade for a moment. Reduced, they change at once.</source><translation>Los elementos se deslizan y se funden un instante. Con «Reducido», cambian al momento.</translation></message>
<message><source>animation, effects, accessibility</source><translation>animación, efectos, accesibilidad</translation></message>
<message><source>Full</source><translation>Completo</translation></message>
<message><source>Reduced</source><translation>Reducido</translation></message>
<message><source>Tray icon</source><translation>Icono de bandeja</translation></message>
<message><source>An icon in the system tray shows progress and offers what you need most.</source><translation>Un icono en la bandeja del sistema muestra el progreso y ofrece lo más necesario.</translation></message>
<message><source>system tray, status icon, background</source><translation>bandeja del sistema, icono de estado, segundo plano</translation></message>
<message><source>When a download has finished</source><translation>Al completarse una descarga</translation></message>
<message><source>A notification offers to open the file or its folder.</source><translation>Una notificación ofrece abrir el archivo o su carpeta.</translation></message>
<message><source>message, alert, bubble, done</source><translation>mensaje, alerta, aviso, globo, lista</translation></message>
<message><source>When a download has failed</source><translation>Al fallar una descarga</translation></message>
<message><source>A notification says why, and offers to try again.</source><translation>Una notificación dice por qué y ofrece reintentar.</translation></message>
<message><source>message, alert, bubble, error</source><translation>mensaje, alerta, aviso, globo, error</translation></message>
<message><source>Keep the computer awake</source><translation>Mantener el equipo activo</translation></message>
<message><source>The computer does not go to sleep by itself while something is downloading.</source><translation>El equipo no se suspende por sí solo mientras haya descargas en curso.</translation></message>
<message><source>sleep, suspend, standby, energy, battery</source><translation>suspender, dormir, hibernar, reposo, energía, batería</translation></message>
<message><source>“{part}” is no origin. Write it as https://example.org, without a path.</source><translation>«{part}» no es un origen. Escríbalo como https://example.org, sin ruta.</translation></message>
<message><source>“{part}” is no name of a computer. Write it without http:// and port.</source><translation>«{part}» no es el nombre de un equipo. Escríbalo sin http:// ni puerto.</translation></message>
<message><source>“{part}” is no name of a server and no network such as 10.0.0.0/8.</source><translation>«{part}» no es un nombre de servidor ni una red como 10.0.0.0/8.</translation></message>
<message><source>Write an address of this computer, or an interface such as tun0.</source><translation>Escriba una dirección de este equipo o una interfaz como tun0.</translation></message>
<message><source>“{part}” is not written as example.org=64 digits from 0 to f.</source><translation>«{part}» no está escrito como example.org=64 cifras de 0 a f.</translation></message>
<message><source>“{part}” is not written as example.org=/whole/path.pem.</source><translation>«{part}» no está escrito como example.org=/ruta/entera.pem.</translation></message>
<message><source>A quotation mark is open.</source><translation>Hay unas comillas abiertas.</translation></message>
<message><source>Begin with a program.</source><translation>Empiece con un programa.</translation></message>
<message><source>In braces there may only be {facts}.</source><translation>Entre llaves solo puede haber {facts}.</translation></message>
<message><source>Write an address that begins with https:// or http://.</source><translation>Escriba una dirección que empiece por https:// o http://.</translation></message>
</context>
<context>
<name>Shortcuts</name>
<message><source>Go to the next part of the window</source><translation>Ir a la siguiente parte de la ventana</translation></message>
<message><source>Show the menu bar</source><translation>Mostrar la barra de menús</translation></message>
<message><source>Leave the search, or close a dialog</source><translation>Salir de la búsqueda o cerrar un diálogo</translation></message>
<message><source>Show what can be done with the chosen rows</source><translation>Mostrar qué se puede hacer con las filas seleccionadas</translation></message>
<message><source>Keyboard shortcuts</source><translation>Atajos de teclado</translation></message>
<message><source>Everywhere</source><translation>En todas partes</translation></message>
</context>
<context>
<name>Sort</name>
<message><source>Sort by the rules</source><translation>Ordenar según las reglas</translation></message>
<message><source>Files move to where the rules want them. Their names stay.</source><translation>Los archivos van adonde los quieren las reglas. Conservan su nombre.</translation></message>
<message><source>What moves</source><translation>Qué se mueve</translation></message>
<message><source>{name} → {folder}</source><translation>{name} → {folder}</translation></message>
<message><source>and {count} more</source><translation>y {count} más</translation></message>
<message><source>There are no rules yet. Make some in the settings.</source><translation>Aún no hay reglas. Créelas en los ajustes.</translation></message>
<message><source>All of it is where the rules want it.</source><translation>Todo está donde lo quieren las reglas.</translation></message>
<message><source>Moving {what}</source><translation>Moviendo {what}</translation></message>
</context>
<context>
<name>Status</name>
<message><source>{used} of {budget} used</source><translation>{used} de {budget} usados</translation></message>
<message><source>At this rate, {size} will have come by then.</source><translation>A este ritmo, habrán llegado {size} para entonces.</translation></message>
<message><source>When done: {deed}</source><translation>Al terminar: {deed}</translation></message>
<message numerus="yes"><source>%Ln active</source><translation><numerusform>%Ln activa</numerusform><numerusform>%Ln activas</numerusform></translation></message>
<message numerus="yes"><source>%Ln waiting</source><translation><numerusform>%Ln en espera</numerusform><numerusform>%Ln en espera</numerusform></translation></message>
<message><source>Limited to {speed}</source><translation>Limitado a {speed}</translation></message>
<message><source>Nothing to do</source><translation>Nada pendiente</translation></message>
<message><source>Leaving room: {speed}</source><translation>Dejando sitio: {speed}</translation></message>
<message><source>{size} free in {folder}</source><translation>{size} libres en {folder}</translation></message>
<message><source>Online</source><translation>En línea</translation></message>
<message><source>Offline</source><translation>Sin conexión</translation></message>
<message><source>The line is busy: answers took {slow} ms, and {usual} ms when it was free. Downloads step back to {speed} at most until they are quick again.</source><translation>La línea está ocupada: las respuestas tardaron {slow} ms, y {usual} ms cuando estaba libre. Las descargas se limitan a {speed} como máximo hasta que vuelvan a ser rápidas.</translation></message>
</context>
<context>
<name>Story</name>
<message><source>Stopped, its queue is held</source><translation>Detenida, su cola está retenida</translation></message>
<message><source>Stopped, the hours of its queue are over</source><translation>Detenida, las horas de su cola han terminado</translation></message>
<message><source>Stopped, the network wants a login in a browser first</source><translation>Detenida, la red pide antes iniciar sesión en un navegador</translation></message>
<message><source>Stopped, the network is metered</source><translation>Detenida, la red cuenta los datos</translation></message>
<message><source>Stopped, the data budget is used up</source><translation>Detenida, los datos disponibles se han agotado</translation></message>
<message><source>Information</source><translation>Información</translation></message>
<message><source>Success</source><translation>Éxito</translation></message>
<message><source>Warning</source><translation>Advertencia</translation></message>
<message><source>Error</source><translation>Error</translation></message>
<message><source>Begun anew: the file on the server has changed</source><translation>Reiniciada: el archivo del servidor ha cambiado</translation></message>
<message><source>Begun anew: the server cannot resume safely</source><translation>Reiniciada: el servidor no permite reanudar con seguridad</translation></message>
<message><source>Begun anew: the unfinished file was missing or had been changed</source><translation>Reiniciada: el archivo incompleto faltaba o había cambiado</translation></message>
<message><source>The server does not say how long the file is, so a cut would look like its end</source><translation>El servidor no indica el tamaño del archivo, así que un corte parecería su final</translation></message>
<message><source>A file of that name was there already, so nothing was fetched</source><translation>Ya existía un archivo con ese nombre, así que no se descargó nada</translation></message>
<message><source>The server names no version, so the bytes around each join were compared</source><translation>El servidor no indica versión, así que se compararon los bytes en torno a cada unión</translation></message>
<message><source>Blocks on disk had been changed and were fetched again</source><translation>Había bloques alterados en disco y se descargaron de nuevo</translation></message>
<message><source>The server called it compressed and it was not; it was saved as it came</source><translation>El servidor lo dio por comprimido y no lo estaba; se guardó como llegó</translation></message>
<message><source>The server says it is another kind of file than its name promises</source><translation>El servidor dice que es un tipo de archivo distinto del que promete su nombre</translation></message>
<message><source>Characters that would hide the name's true ending were removed</source><translation>Se quitaron caracteres que ocultarían la verdadera extensión del archivo</translation></message>
<message><source>The only checksum known shows accidents, not forgeries</source><translation>La única suma de verificación conocida detecta accidentes, no falsificaciones</translation></message>
<message><source>One of its addresses failed or had another file</source><translation>Una de sus direcciones falló o tenía otro archivo</translation></message>
<message><source>The disk cannot set room aside, so it may run full on the way</source><translation>El disco no puede reservar espacio, así que podría llenarse a medio camino</translation></message>
<message><source>The feed was interrupted; the gaps are listed beside the file</source><translation>La transmisión se interrumpió; las lagunas se listan junto al archivo</translation></message>
<message><source>Ended on request; the file holds what had come</source><translation>Finalizada a petición tuya; el archivo contiene lo recibido</translation></message>
<message><source>The file could not be marked with where it came from</source><translation>No se pudo anotar en el archivo su procedencia</translation></message>
<message><source>Begun anew: what another program had left was not right</source><translation>Empezado de nuevo: lo que dejó otro programa no era correcto</translation></message>
<message><source>No checksum is known: of what another program had left only samples were compared</source><translation>No se conoce suma de comprobación: de lo que dejó otro programa solo se compararon muestras</translation></message>
<message><source>Added, from {host}</source><translation>Añadida desde {host}</translation></message>
<message numerus="yes"><source>%Ln more address(es)</source><translation><numerusform>%Ln dirección más</numerusform><numerusform>%Ln direcciones más</numerusform></translation></message>
<message><source>Attempt {number} begins</source><translation>Empieza el intento {number}</translation></message>
<message><source>length unknown</source><translation>tamaño desconocido</translation></message>
<message><source>can be resumed</source><translation>se puede reanudar</translation></message>
<message><source>cannot be resumed</source><translation>no se puede reanudar</translation></message>
<message><source>{host} answers</source><translation>{host} responde</translation></message>
<message numerus="yes"><source>%Ln connection(s) at work</source><translation><numerusform>%Ln conexión activa</numerusform><numerusform>%Ln conexiones activas</numerusform></translation></message>
<message><source>Trying again in {time}</source><translation>Reintento en {time}</translation></message>
<message><source>Trying again at once</source><translation>Reintento inmediato</translation></message>
<message><source>Failed</source><translation>Error</translation></message>
<message><source>Begun anew, as asked for</source><translation>Reiniciada a petición tuya</translation></message>
<message><source>Notice {number}</source><translation>Aviso {number}</translation></message>
<message><source>{host} is asked no more</source><translation>Ya no se consulta a {host}</translation></message>
<message><source>The {algorithm} checksum you gave is right</source><translation>La suma de verificación {algorithm} que indicaste coincide</translation></message>
<message><source>The {algorithm} checksum of every piece is right</source><translation>La suma de verificación {algorithm} de cada parte coincide</translation></message>
<message><source>The {algorithm} checksum is right</source><translation>La suma de verificación {algorithm} coincide</translation></message>
<message><source>The {algorithm} checksum from {source} is right</source><translation>La suma de verificación {algorithm} de {source} coincide</translation></message>
<message><source>{time} after it was added</source><translation>{time} después de añadirla</translation></message>
<message><source>Finished</source><translation>Completada</translation></message>
<message><source>A connection to {host} ended early</source><translation>Una conexión con {host} terminó antes de tiempo</translation></message>
<message><source>the server sent no more</source><translation>el servidor no envió más</translation></message>
<message><source>{size} on disk had been changed and are fetched again</source><translation>{size} en disco habían cambiado y se descargan de nuevo</translation></message>
<message><source>Goes on from another address, at {host}</source><translation>Continúa desde otra dirección, en {host}</translation></message>
<message><source>Renamed to {name}</source><translation>Ahora se llama {name}</translation></message>
<message><source>Moved to {folder}</source><translation>Movida a {folder}</translation></message>
<message><source>Checked again: every byte is right</source><translation>Comprobado de nuevo: todos los bytes son correctos</translation></message>
<message><source>Checked again: the size is right, and nothing more is known</source><translation>Comprobado de nuevo: el tamaño es correcto; no se sabe nada más</translation></message>
<message><source>Checked again: it is not the file any more that was downloaded</source><translation>Comprobado de nuevo: ya no es el archivo que se descargó</translation></message>
<message><source>Checked again: the file is no longer there</source><translation>Comprobado de nuevo: el archivo ya no está</translation></message>
<message><source>Checked again: the file cannot be read</source><translation>Comprobado de nuevo: no se puede leer el archivo</translation></message>
<message><source>Checked again: the file is there, and nothing more is known</source><translation>Comprobado de nuevo: el archivo está; no se sabe nada más</translation></message>
<message><source>The check was stopped</source><translation>La comprobación se detuvo</translation></message>
<message><source>Checked again</source><translation>Comprobado de nuevo</translation></message>
<message><source>by the digests Headrace kept of it</source><translation>con las huellas que Headrace conservó</translation></message>
<message><source>{size} of another program's file taken over</source><translation>{size} tomados del archivo de otro programa</translation></message>
<message numerus="yes"><source>%Ln sample(s) compared with the server's</source><translation><numerusform>%Ln muestra comparada con la del servidor</numerusform><numerusform>%Ln muestras comparadas con las del servidor</numerusform></translation></message>
<message><source>A new version of a watched file, now called {name}</source><translation>Una nueva versión de un archivo vigilado, que ahora se llama {name}</translation></message>
<message><source>A newer version has the name {name} now</source><translation>Una versión más reciente tiene ahora el nombre {name}</translation></message>
<message><source>Paused</source><translation>Pausada</translation></message>
<message><source>Resumed</source><translation>Reanudada</translation></message>
<message><source>Taken off the list</source><translation>Quitada de la lista</translation></message>
<message><source>Put back on the list</source><translation>Devuelta a la lista</translation></message>
<message><source>Headrace was closed</source><translation>Headrace se cerró</translation></message>
<message><source>Headrace started and found it under way</source><translation>Headrace se inició y la encontró en curso</translation></message>
<message><source>Stopped</source><translation>Detenida</translation></message>
<message><source>Asked for anew, from the first byte</source><translation>Pedida de nuevo, desde el primer byte</translation></message>
<message><source>{size} here</source><translation>{size} recibidos</translation></message>
<message><source>HTTP status {status}</source><translation>Estado HTTP {status}</translation></message>
<message><source>Reason {number}</source><translation>Motivo {number}</translation></message>
</context>
<context>
<name>TakeOver</name>
<message><source>Take over an unfinished file</source><translation>Tomar un archivo sin terminar</translation></message>
<message><source>Take over</source><translation>Tomar</translation></message>
<message><source>Address it came from</source><translation>Dirección de la que vino</translation></message>
<message><source>This is not an address. It begins with https:// or http://.</source><translation>Esto no es una dirección. Empieza por https:// o http://.</translation></message>
<message><source>{size} of {total}</source><translation>{size} de {total}</translation></message>
<message><source>{name}: {there}, left by {program}.</source><translation>{name}: {there}, dejado por {program}.</translation></message>
<message><source>{name}: {there}.</source><translation>{name}: {there}.</translation></message>
<message><source>Samples are compared with the server's file first; the download then goes on in the same folder. End it in the other program before.</source><translation>Primero se comparan muestras con el archivo del servidor; después la descarga sigue en la misma carpeta. Termínela antes en el otro programa.</translation></message>
</context>
<context>
<name>Units</name>
<message><source>B</source><translation>B</translation></message>
<message><source>kB</source><translation>kB</translation></message>
<message><source>MB</source><translation>MB</translation></message>
<message><source>GB</source><translation>GB</translation></message>
<message><source>TB</source><translation>TB</translation></message>
<message><source>PB</source><translation>PB</translation></message>
<message><source>EB</source><translation>EB</translation></message>
<message><source>KiB</source><translation>KiB</translation></message>
<message><source>MiB</source><translation>MiB</translation></message>
<message><source>GiB</source><translation>GiB</translation></message>
<message><source>TiB</source><translation>TiB</translation></message>
<message><source>PiB</source><translation>PiB</translation></message>
<message><source>EiB</source><translation>EiB</translation></message>
<message><source>No limit</source><translation>Sin límite</translation></message>
<message><source>{size}/s</source><translation>{size}/s</translation></message>
<message><source>{number} %</source><translation>{number} %</translation></message>
<message><source>a moment</source><translation>un momento</translation></message>
<message><source>{seconds} s</source><translation>{seconds} s</translation></message>
<message><source>about {time}</source><translation>unos {time}</translation></message>
<message numerus="yes"><source>about %Ln day(s)</source><translation><numerusform>alrededor de un día</numerusform><numerusform>unos %Ln días</numerusform></translation></message>
<message><source>over a month</source><translation>más de un mes</translation></message>
<message><source>{minutes} min</source><translation>{minutes} min</translation></message>
<message><source>{hours} h</source><translation>{hours} h</translation></message>
<message><source>yesterday</source><translation>ayer</translation></message>
<message><source>d MMM</source><extracomment>A date of this year in Qt's format: d is the day, MMM the month's short name. "MMM d", "M月d日"</extracomment><translation>d MMM</translation></message>
<message><source>d MMM yyyy</source><extracomment>A date in Qt's format: d is the day, MMM the month's short name, yyyy the year</extracomment><translation>d MMM yyyy</translation></message>
</context>
<context>
<name>Unpacking</name>
<message><source>There is no program here that plays sounds</source><translation>Aquí no hay ningún programa que reproduzca sonidos</translation></message>
<message><source>Stop</source><translation>Detener</translation></message>
<message><source>Open</source><translation>Abrir</translation></message>
<message><source>It is no zip, tar or 7z archive.</source><translation>No es un archivo zip, tar ni 7z.</translation></message>
<message><source>RAR archives are not extracted.</source><translation>Los archivos RAR no se extraen.</translation></message>
<message><source>It is one part of several, which are not put together.</source><translation>Es una de varias partes, que no se unen.</translation></message>
<message><source>The file is not there any more.</source><translation>El archivo ya no está.</translation></message>
<message><source>The library {detail} is not installed.</source><translation>La biblioteca {detail} no está instalada.</translation></message>
<message><source>It is packed in a way that is not known here.</source><translation>Está comprimido de un modo que aquí no se conoce.</translation></message>
<message><source>It wants a password.</source><translation>Pide una contraseña.</translation></message>
<message><source>It is damaged.</source><translation>Está dañado.</translation></message>
<message><source>A name in it leads out of its folder: {detail}</source><translation>Un nombre que contiene lleva fuera de su carpeta: {detail}</translation></message>
<message><source>It was made to do harm: several files in it are the same bytes.</source><translation>Se hizo para causar daño: varios de sus archivos son los mismos bytes.</translation></message>
<message><source>It unpacks to far more than it is.</source><translation>Descomprimido ocupa muchísimo más de lo que es.</translation></message>
<message><source>It holds too many files.</source><translation>Contiene demasiados archivos.</translation></message>
<message><source>There is too little room on the disk.</source><translation>No hay espacio suficiente en el disco.</translation></message>
<message><source>The disk refuses: {detail}</source><translation>El disco lo rechaza: {detail}</translation></message>
<message><source>It was stopped.</source><translation>Se detuvo.</translation></message>
<message><source>“{name}” was not extracted. {why}</source><translation>«{name}» no se extrajo. {why}</translation></message>
<message><source>“{name}” extracted</source><translation>«{name}» extraído</translation></message>
<message numerus="yes"><source>%Ln file(s)</source><translation><numerusform>%Ln archivo</numerusform><numerusform>%Ln archivos</numerusform></translation></message>
<message numerus="yes"><source>%Ln link(s) left out</source><translation><numerusform>%Ln enlace omitido</numerusform><numerusform>%Ln enlaces omitidos</numerusform></translation></message>
<message><source>Extracting “{name}”…</source><translation>Extrayendo «{name}»…</translation></message>
</context>
<context>
<name>Watch</name>
<message><source>A new version has arrived</source><translation>Ha llegado una nueva versión</translation></message>
<message><source>minutes</source><translation>minutos</translation></message>
<message><source>hours</source><translation>horas</translation></message>
<message><source>days</source><translation>días</translation></message>
<message><source>Watch for changes</source><translation>Vigilar los cambios</translation></message>
<message><source>Watch</source><translation>Vigilar</translation></message>
<message><source>Look &amp;every</source><translation>&amp;Mirar cada</translation></message>
<message><source>Versions to &amp;keep, the newest among them</source><translation>Versiones que se &amp;conservan, incluida la más reciente</translation></message>
<message><source>Time between two looks</source><translation>Tiempo entre dos consultas</translation></message>
<message><source>Unit of the time between two looks</source><translation>Unidad del tiempo entre dos consultas</translation></message>
<message><source>All</source><translation>Todas</translation></message>
<message><source>&amp;Look now</source><translation>M&amp;irar ahora</translation></message>
<message><source>&amp;Stop watching</source><translation>&amp;Dejar de vigilar</translation></message>
<message><source>A recording cannot be watched.</source><translation>Una grabación no se puede vigilar.</translation></message>
<message><source>While Headrace runs, the server is asked whether the file has changed. A new version is downloaded and takes the file's name; the one before it is kept under a name with its date.</source><translation>Mientras Headrace está en marcha, pregunta al servidor si el archivo ha cambiado. Una versión nueva se descarga y toma el nombre del archivo; la anterior se conserva con un nombre que lleva su fecha.</translation></message>
<message><source>Show in folder</source><translation>Mostrar en la carpeta</translation></message>
<message><source>changed version of a watched file</source><translation>versión modificada de un archivo vigilado</translation></message>
<message><source>watched: a change, being fetched</source><translation>vigilado: ha cambiado, se está descargando</translation></message>
<message><source>watched: {reason}</source><translation>vigilado: {reason}</translation></message>
<message><source>watched</source><translation>vigilado</translation></message>
<message><source>watched: new version, {time}</source><translation>vigilado: nueva versión, {time}</translation></message>
<message><source>watched: no change, {time}</source><translation>vigilado: sin cambios, {time}</translation></message>
<message><source>Last look: {time}, {outcome}.</source><translation>Última consulta: {time}, {outcome}.</translation></message>
<message><source>Next look: {time}.</source><translation>Próxima consulta: {time}.</translation></message>
<message numerus="yes"><source>%Ln earlier version(s) kept.</source><translation><numerusform>%Ln versión anterior conservada.</numerusform><numerusform>%Ln versiones anteriores conservadas.</numerusform></translation></message>
<message><source>something has changed</source><translation>algo ha cambiado</translation></message>
<message><source>a new version</source><translation>una nueva versión</translation></message>
<message><source>no change</source><translation>sin cambios</translation></message>
<message><source>A new version of {name} has arrived</source><translation>Ha llegado una nueva versión de {name}</translation></message>
</context>
<context>
<name>Window</name>
<message><source>The command {what} could not be run: {why}.</source><translation>No se pudo ejecutar el comando {what}: {why}.</translation></message>
<message><source>{what} could not be told what happens: {why}.</source><translation>No se pudo avisar a {what} de lo que sucede: {why}.</translation></message>
<message><source>The list {what} could not be added: {why}.</source><translation>No se pudo añadir la lista {what}: {why}.</translation></message>
<message><source>More</source><translation>Más</translation></message>
<message><source>Add</source><translation>Añadir</translation></message>
<message numerus="yes"><source>%Ln link(s) to files on the clipboard</source><translation><numerusform>%Ln enlace a un archivo en el portapapeles</numerusform><numerusform>%Ln enlaces a archivos en el portapapeles</numerusform></translation></message>
<message><source>This network wants a login first: open any page in your browser.</source><translation>Esta red pide antes iniciar sesión: abre cualquier página en el navegador.</translation></message>
<message><source>Nothing matches “{text}”</source><translation>Nada coincide con «{text}»</translation></message>
<message><source>Clear the search</source><translation>Borrar la búsqueda</translation></message>
<message><source>Nothing here at the moment</source><translation>Nada por aquí de momento</translation></message>
<message><source>Choose All to see everything</source><translation>Elige Todas para ver todo</translation></message>
<message><source>Drop links here</source><translation>Suelta enlaces aquí</translation></message>
<message><source>or press Ctrl+N to add some, Ctrl+V to paste what you copied</source><translation>o pulsa Ctrl+N para añadir, Ctrl+V para pegar lo copiado</translation></message>
<message><source>There is no address in it</source><translation>No contiene ninguna dirección</translation></message>
<message numerus="yes"><source>Added %Ln download(s)</source><translation><numerusform>%Ln descarga añadida</numerusform><numerusform>%Ln descargas añadidas</numerusform></translation></message>
<message><source>There is no address on the clipboard</source><translation>No hay ninguna dirección en el portapapeles</translation></message>
<message><source>Close this message</source><translation>Cerrar este mensaje</translation></message>
<message><source>Search name, address or host</source><translation>Buscar nombre, dirección o host</translation></message>
<message><source>Other programs cannot be served at port {port}: {why}. Choose another port.</source><translation>No se puede atender a otros programas en el puerto {port}: {why}. Elija otro puerto.</translation></message>
<message><source>Speed limit over all downloads</source><translation>Límite de velocidad de todas las descargas</translation></message>
<message><source>Quiet, speed limit: {limit}</source><translation>Silencioso, límite de velocidad: {limit}</translation></message>
<message><source>Speed limit: {limit}</source><translation>Límite de velocidad: {limit}</translation></message>
<message><source>Other limit…</source><translation>Otro límite…</translation></message>
<message><source>Headrace cannot save to its profile folder. {reason}</source><translation>Headrace no puede guardar en su carpeta de perfil. {reason}</translation></message>
</context>
<context>
<name>Words</name>
<message><source>Waiting, the queue is held</source><translation>En espera, la cola está retenida</translation></message>
<message><source>Waiting for the hours of its queue</source><translation>En espera de las horas de su cola</translation></message>
<message><source>Waiting, this network wants a login in a browser</source><translation>En espera, esta red pide iniciar sesión en un navegador</translation></message>
<message><source>Waiting for a network that is not metered</source><translation>En espera de una red que no cuente los datos</translation></message>
<message><source>Waiting, the data budget is used up</source><translation>En espera, los datos disponibles se han agotado</translation></message>
<message><source>Waiting for the hours of its queue, from {time}</source><translation>En espera de las horas de su cola, desde {time}</translation></message>
<message><source>Waiting, the data budget is used up until {time}</source><translation>En espera, los datos disponibles se han agotado hasta {time}</translation></message>
<message><source>Waiting, the data budget of {budget} is used up until {time}</source><translation>En espera, los datos disponibles de {budget} se han agotado hasta {time}</translation></message>
<message><source>All</source><translation>Todas</translation></message>
<message><source>Active</source><translation>Activas</translation></message>
<message><source>Waiting</source><translation>En espera</translation></message>
<message><source>Paused</source><translation>En pausa</translation></message>
<message><source>Finished</source><translation>Completadas</translation></message>
<message><source>Failed</source><translation>Con error</translation></message>
<message><source>Video</source><translation>Vídeo</translation></message>
<message><source>Music</source><translation>Música</translation></message>
<message><source>Pictures</source><translation>Imágenes</translation></message>
<message><source>Documents</source><translation>Documentos</translation></message>
<message><source>Archives</source><translation>Comprimidos</translation></message>
<message><source>Programs</source><translation>Programas</translation></message>
<message><source>Other</source><translation>Otros</translation></message>
<message><source>Connecting</source><translation>Conectando</translation></message>
<message><source>Downloading</source><translation>Descargando</translation></message>
<message><source>Trying again soon</source><translation>Reintento en breve</translation></message>
<message><source>Finishing</source><translation>Finalizando</translation></message>
<message><source>Done</source><translation>Completada</translation></message>
<message numerus="yes"><source>%Ln connection(s)</source><translation><numerusform>%Ln conexión</numerusform><numerusform>%Ln conexiones</numerusform></translation></message>
<message numerus="yes"><source>%Ln download(s)</source><translation><numerusform>%Ln descarga</numerusform><numerusform>%Ln descargas</numerusform></translation></message>
<message><source>Missing</source><comment>a file that is gone</comment><translation>No encontrado</translation></message>
<message><source>{size} so far</source><translation>{size} por ahora</translation></message>
<message><source>Private</source><translation>Privada</translation></message>
<message><source>Waiting for a free place</source><translation>En espera de turno</translation></message>
<message><source>Waiting in {queue}, number {place} in line</source><translation>En espera en {queue}, número {place} de la cola</translation></message>
<message><source>Waiting for a free place, next in line</source><translation>En espera de turno, la siguiente de la cola</translation></message>
<message><source>Waiting for a free place, number {place} in line</source><translation>En espera de turno, número {place} de la cola</translation></message>
<message><source>Connecting to {host}</source><translation>Conectando con {host}</translation></message>
<message><source>from {host}</source><translation>desde {host}</translation></message>
<message><source>nothing is arriving at the moment</source><translation>de momento no llega nada</translation></message>
<message><source>limited to {speed}</source><translation>limitada a {speed}</translation></message>
<message><source>cannot be resumed</source><translation>no se puede reanudar</translation></message>
<message><source>Interrupted</source><translation>Interrumpida</translation></message>
<message><source>{reason}, trying again soon</source><translation>{reason}; reintento en breve</translation></message>
<message><source>{reason}, trying again now</source><translation>{reason}; reintentando ahora</translation></message>
<message><source>{reason}, trying again in {time}</source><translation>{reason}; reintento en {time}</translation></message>
<message><source>Checking the file and saving it for good</source><translation>Comprobando el archivo y guardándolo</translation></message>
<message><source>Paused · will begin again, the server cannot resume</source><translation>En pausa · empezará de nuevo, el servidor no permite reanudar</translation></message>
<message><source>Paused · resumes from {size}</source><translation>En pausa · se reanuda desde {size}</translation></message>
<message><source>{size} kept</source><translation>{size} conservados</translation></message>
<message><source>File is no longer there</source><translation>El archivo ya no está</translation></message>
<message><source>Skipped, a file of that name was there already</source><translation>Omitida, ya existía un archivo con ese nombre</translation></message>
<message><source>Finished, length checked</source><translation>Completada, tamaño comprobado</translation></message>
<message><source>Finished</source><comment>a download's state</comment><translation>Completada</translation></message>
<message><source>Finished, verified by {proof}</source><translation>Completada, verificada con {proof}</translation></message>
<message><source>{what} (needs {size} more)</source><translation>{what} (faltan {size})</translation></message>
<message><source>To log in: {command}</source><translation>Para iniciar sesión: {command}</translation></message>
<message><source>{what}. {advice}.</source><translation>{what}. {advice}.</translation></message>
<message><source>The server's status was {status}.</source><translation>El servidor respondió con el estado {status}.</translation></message>
<message><source>{time} left</source><translation>{time} para terminar</translation></message>
</context>
</TS>
