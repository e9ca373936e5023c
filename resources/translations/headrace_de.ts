<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
<name>Actions</name>
<message><source>&amp;Add downloads…</source><translation>Downloads &amp;hinzufügen…</translation></message>
<message><source>Add</source><translation>Hinzufügen</translation></message>
<message><source>Add from the c&amp;lipboard</source><translation>Aus der &amp;Zwischenablage hinzufügen</translation></message>
<message><source>&amp;Open lists…</source><translation>Listen ö&amp;ffnen …</translation></message>
<message><source>&amp;Export the list…</source><translation>Liste &amp;exportieren …</translation></message>
<message><source>&amp;Take over an unfinished file…</source><translation>Unfertige Datei ü&amp;bernehmen …</translation></message>
<message><source>&amp;Resume</source><translation>Fort&amp;setzen</translation></message>
<message><source>A&amp;llow it and try again</source><translation>E&amp;rlauben und erneut versuchen</translation></message>
<message><source>&amp;End recording and keep it</source><translation>&amp;Aufzeichnung beenden und behalten</translation></message>
<message><source>&amp;Pause</source><translation>&amp;Pausieren</translation></message>
<message><source>Pause or resume</source><translation>Pausieren oder fortsetzen</translation></message>
<message><source>Re&amp;move</source><translation>&amp;Entfernen</translation></message>
<message><source>Remove with f&amp;ile</source><translation>&amp;Mit Datei entfernen</translation></message>
<message><source>&amp;Delete for good…</source><translation>Endgültig lös&amp;chen…</translation></message>
<message><source>Move &amp;up in line</source><translation>Nach o&amp;ben verschieben</translation></message>
<message><source>Move up</source><translation>Nach oben</translation></message>
<message><source>Move do&amp;wn in line</source><translation>Nach u&amp;nten verschieben</translation></message>
<message><source>Move down</source><translation>Nach unten</translation></message>
<message><source>Move to the &amp;top</source><translation>&amp;Ganz nach oben</translation></message>
<message><source>Move to the &amp;bottom</source><translation>Gan&amp;z nach unten</translation></message>
<message><source>&amp;Open</source><translation>&amp;Öffnen</translation></message>
<message><source>Show in &amp;folder</source><translation>Im &amp;Ordner anzeigen</translation></message>
<message><source>Re&amp;name…</source><translation>&amp;Umbenennen…</translation></message>
<message><source>Move to another fo&amp;lder…</source><translation>In anderen Ordner &amp;verschieben…</translation></message>
<message><source>Sort b&amp;y the rules…</source><translation>Nach den Re&amp;geln sortieren…</translation></message>
<message><source>Change addre&amp;ss…</source><translation>A&amp;dresse ändern…</translation></message>
<message><source>Lo&amp;g in…</source><translation>An&amp;melden …</translation></message>
<message><source>Show the c&amp;ertificate…</source><translation>Zerti&amp;fikat zeigen …</translation></message>
<message><source>Rules for the h&amp;ost…</source><translation>Regeln für den H&amp;ost…</translation></message>
<message><source>Cook&amp;ies…</source><translation>Cook&amp;ies …</translation></message>
<message><source>E&amp;xtract</source><translation>Entpac&amp;ken</translation></message>
<message><source>&amp;Verify again</source><translation>Erneu&amp;t prüfen</translation></message>
<message><source>&amp;Download again</source><translation>Erneut &amp;herunterladen</translation></message>
<message><source>Wat&amp;ch for changes…</source><translation>Auf Änderungen ü&amp;berwachen …</translation></message>
<message><source>&amp;Hand over to yt-dlp</source><translation>An &amp;yt-dlp übergeben</translation></message>
<message><source>Propert&amp;ies…</source><translation>E&amp;igenschaften…</translation></message>
<message><source>&amp;Copy address</source><translation>Adresse &amp;kopieren</translation></message>
<message><source>Select &amp;all</source><translation>Alle aus&amp;wählen</translation></message>
<message><source>Pause a&amp;ll</source><translation>A&amp;lle pausieren</translation></message>
<message><source>Resume all paus&amp;ed</source><translation>Alle pausierten &amp;fortsetzen</translation></message>
<message><source>&amp;Clear finished from the list</source><translation>Fe&amp;rtige aus der Liste entfernen</translation></message>
<message><source>&amp;Quiet</source><translation>&amp;Leise</translation></message>
<message><source>Start no&amp;w, regardless</source><translation>So&amp;fort starten, trotz allem</translation></message>
<message><source>&amp;Undo remove</source><translation>Entfernen &amp;rückgängig machen</translation></message>
<message><source>&amp;Find</source><translation>&amp;Suchen</translation></message>
<message><source>&amp;Details</source><translation>&amp;Details</translation></message>
<message><source>&amp;One-line rows</source><translation>&amp;Einzeilige Einträge</translation></message>
<message><source>&amp;History…</source><translation>&amp;Verlauf …</translation></message>
<message><source>&amp;Settings…</source><translation>Ein&amp;stellungen…</translation></message>
<message><source>&amp;Keyboard shortcuts</source><translation>Tasten&amp;kürzel</translation></message>
<message><source>&amp;About Headrace</source><translation>&amp;Über Headrace</translation></message>
<message><source>When all is &amp;done</source><translation>&amp;Wenn alles fertig ist</translation></message>
<message><source>&amp;Quit</source><translation>&amp;Beenden</translation></message>
<message><source>&amp;File</source><translation>&amp;Datei</translation></message>
<message><source>&amp;Edit</source><translation>&amp;Bearbeiten</translation></message>
<message><source>&amp;View</source><translation>&amp;Ansicht</translation></message>
<message><source>&amp;Download</source><translation>Down&amp;load</translation></message>
<message><source>&amp;Help</source><translation>&amp;Hilfe</translation></message>
<message><source>&amp;Try again</source><translation>Erneut ver&amp;suchen</translation></message>
<message><source>&amp;Copy addresses</source><translation>Adressen &amp;kopieren</translation></message>
<message><source>Rules for {host}…</source><translation>Regeln für {host}…</translation></message>
<message><source>Show the host k&amp;ey…</source><translation>Host-Schlüssel prü&amp;fen …</translation></message>
</context>
<context>
<name>Add</name>
<message><source>Addresses</source><translation>Adressen</translation></message>
<message><source>Add downloads</source><translation>Downloads hinzufügen</translation></message>
<message><source>Reading… {count}</source><translation>Wird gelesen… {count}</translation></message>
<message><source>The text is too long: its end is left out.</source><translation>Der Text ist zu lang: Sein Ende wird weggelassen.</translation></message>
<message><source>at least {size}</source><translation>mindestens {size}</translation></message>
<message numerus="yes"><source>%Ln line(s) without an address</source><translation><numerusform>%Ln Zeile ohne Adresse</numerusform><numerusform>%Ln Zeilen ohne Adresse</numerusform></translation></message>
<message><source>Download</source><translation>Herunterladen</translation></message>
<message><source>A&amp;dd paused</source><translation>&amp;Pausiert hinzufügen</translation></message>
<message><source>Download {count}</source><translation>{count} herunterladen</translation></message>
<message><source>Download now</source><translation>Jetzt herunterladen</translation></message>
<message><source>Take &amp;brackets as they are</source><translation>Klammern &amp;wörtlich nehmen</translation></message>
<message><source>For addresses that really hold [1-3] or {a,b}</source><translation>Für Adressen, die wirklich [1-3] oder {a,b} enthalten</translation></message>
<message><source>Mor&amp;e: headers, login, proxy, limit, checksum, mirrors</source><translation>M&amp;ehr: Header, Anmeldung, Proxy, Limit, Prüfsumme, Spiegelserver</translation></message>
<message><source>Cancel</source><translation>Abbrechen</translation></message>
<message><source>One address a line, patterns such as [01-12], or a pasted curl command</source><translation>Eine Adresse pro Zeile, Muster wie [01-12] oder ein eingefügter curl-Befehl</translation></message>
<message><source>Headrace</source><translation>Headrace</translation></message>
<message><source>Firefox on Windows</source><translation>Firefox unter Windows</translation></message>
<message><source>Chrome on Windows</source><translation>Chrome unter Windows</translation></message>
<message><source>Edge on Windows</source><translation>Edge unter Windows</translation></message>
<message><source>Safari on a Mac</source><translation>Safari auf dem Mac</translation></message>
<message><source>curl</source><translation>curl</translation></message>
<message><source>&amp;Headers, one a line</source><translation>&amp;Header, einer pro Zeile</translation></message>
<message><source>&amp;Referer</source><translation>&amp;Referer</translation></message>
<message><source>User &amp;agent</source><translation>User-&amp;Agent</translation></message>
<message><source>&amp;User name</source><translation>&amp;Benutzername</translation></message>
<message><source>&amp;Password</source><translation>Passwor&amp;t</translation></message>
<message><source>Cookies</source><translation>Cookies</translation></message>
<message><source>C&amp;onnections at most</source><translation>Max. &amp;Verbindungen</translation></message>
<message><source>Speed &amp;limit</source><translation>Tempo&amp;limit</translation></message>
<message><source>Pro&amp;xy</source><translation>Pro&amp;xy</translation></message>
<message><source>Chec&amp;ksum</source><translation>Prüfs&amp;umme</translation></message>
<message><source>&amp;Mirrors, one a line</source><translation>&amp;Spiegelserver, einer pro Zeile</translation></message>
<message><source>Name: value</source><translation>Name: value</translation></message>
<message><source>As in the settings</source><translation>Wie in den Einstellungen</translation></message>
<message><source>sha256:… or the bare digest</source><translation>sha256:… oder nur der Hashwert</translation></message>
<message><source>Other addresses of the same file</source><translation>Weitere Adressen derselben Datei</translation></message>
<message><source>No limit of its own</source><translation>Kein eigenes Limit</translation></message>
<message><source> MB/s</source><translation> MB/s</translation></message>
<message><source>Pri&amp;vate</source><translation>P&amp;rivat</translation></message>
<message><source>Nothing is kept of it but the file: no history, no log, no mark. What is unfinished when Headrace ends is deleted.</source><translation>Nichts davon bleibt außer der Datei: kein Verlauf, kein Protokoll, keine Markierung. Was beim Beenden von Headrace nicht fertig ist, wird gelöscht.</translation></message>
<message><source>The header “{name}” cannot be sent: write Name: value</source><translation>Der Header „{name}“ lässt sich nicht senden, nötig ist die Form Name: value</translation></message>
<message><source>Headrace sets the header “{name}” itself</source><translation>Den Header „{name}“ setzt Headrace selbst</translation></message>
<message><source>Write the proxy as http://proxy.example:3128, or “direct” for none</source><translation>Schreiben Sie den Proxy als http://proxy.example:3128 oder „direct“ für keinen</translation></message>
<message><source>This is no checksum: digits are missing, or too many</source><translation>Das ist keine Prüfsumme: Es sind zu wenige oder zu viele Stellen</translation></message>
<message><source>This checksum proves nothing; SHA-256 would</source><translation>Diese Prüfsumme beweist nichts, SHA-256 schon</translation></message>
<message><source>A mirror is an address with http, https, ftp or sftp</source><translation>Ein Spiegelserver ist eine Adresse mit http, https, ftp oder sftp</translation></message>
<message><source>{most} mirrors are the most</source><translation>Höchstens {most} Spiegelserver sind möglich</translation></message>
<message><source>&amp;Name</source><translation>&amp;Name</translation></message>
<message><source>&amp;Category</source><translation>&amp;Kategorie</translation></message>
<message><source>&amp;Queue</source><translation>Warteschlan&amp;ge</translation></message>
<message><source>By type</source><translation>Nach Dateityp</translation></message>
<message><source>Main</source><translation>Hauptwarteschlange</translation></message>
<message><source>&amp;Save to (folder of the queue {queue})</source><extracomment>{queue} is the name of a queue that has a folder of its own</extracomment><translation>Speichern &amp;in (Ordner der Warteschlange {queue})</translation></message>
<message><source>&amp;Save to</source><translation>Speichern &amp;in</translation></message>
<message numerus="yes"><source>Already there: %Ln</source><translation><numerusform>Schon vorhanden: %Ln</numerusform><numerusform>Schon vorhanden: %Ln</numerusform></translation></message>
<message><source>{status}, not found</source><translation>{status}, nicht gefunden</translation></message>
<message><source>{status}, gone</source><translation>{status}, nicht mehr da</translation></message>
<message><source>{status}, refused</source><translation>{status}, abgelehnt</translation></message>
<message><source>needs a login</source><translation>verlangt Anmeldung</translation></message>
<message><source>proxy needs a login</source><translation>Proxy verlangt Anmeldung</translation></message>
<message><source>proxy cannot be reached</source><translation>Proxy nicht erreichbar</translation></message>
<message><source>proxy refuses</source><translation>Proxy lehnt ab</translation></message>
<message><source>{status}, too many requests</source><translation>{status}, zu viele Anfragen</translation></message>
<message><source>{status}, server is busy</source><translation>{status}, Server überlastet</translation></message>
<message><source>{status}, server has a fault</source><translation>{status}, Serverfehler</translation></message>
<message><source>no such server</source><translation>kein solcher Server</translation></message>
<message><source>cannot be reached</source><translation>nicht erreichbar</translation></message>
<message><source>does not answer</source><translation>antwortet nicht</translation></message>
<message><source>connection lost</source><translation>Verbindung verloren</translation></message>
<message><source>not to be trusted</source><translation>nicht vertrauenswürdig</translation></message>
<message><source>needs an extra: {detail}</source><translation>braucht ein Extra: {detail}</translation></message>
<message><source>host key is not known</source><translation>Host-Schlüssel nicht bekannt</translation></message>
<message><source>host key has changed</source><translation>Host-Schlüssel hat sich geändert</translation></message>
<message><source>not secure</source><translation>nicht sicher</translation></message>
<message><source>leads to an unsafe place</source><translation>leitet unsicher weiter</translation></message>
<message><source>leads into a private network</source><translation>leitet in ein privates Netz</translation></message>
<message><source>leads in circles</source><translation>leitet im Kreis</translation></message>
<message><source>no file there</source><translation>keine Datei dort</translation></message>
<message><source>answer makes no sense</source><translation>Antwort unverständlich</translation></message>
<message><source>no web server</source><translation>kein Webserver</translation></message>
<message><source>already in the list</source><translation>schon in der Liste</translation></message>
<message><source>file is there already</source><translation>Datei schon vorhanden</translation></message>
<message><source>name is taken in the list</source><translation>Name in der Liste vergeben</translation></message>
<message><source>will be resumed</source><translation>wird fortgesetzt</translation></message>
<message><source>again, new name</source><translation>erneut, neuer Name</translation></message>
<message><source>will be replaced</source><translation>wird ersetzt</translation></message>
<message><source>The command's proxy is not used.</source><translation>Der Proxy des Befehls wird nicht benutzt.</translation></message>
<message><source>Certificates are checked as always, whatever the command says.</source><translation>Zertifikate werden wie immer geprüft, egal was der Befehl sagt.</translation></message>
<message><source>The command's file of cookies is not read.</source><translation>Die Cookie-Datei des Befehls wird nicht gelesen.</translation></message>
<message><source>The files that the command names are not read.</source><translation>Die im Befehl genannten Dateien werden nicht gelesen.</translation></message>
<message><source>The command asks for a part; the whole file is fetched.</source><translation>Der Befehl verlangt nur einen Teil; die ganze Datei wird geladen.</translation></message>
<message><source>The command logs in by a scheme that is not supported.</source><translation>Der Befehl nutzt ein Anmeldeverfahren, das nicht unterstützt wird.</translation></message>
<message><source>A header of the command cannot be sent and is left out.</source><translation>Ein Header des Befehls lässt sich nicht senden und entfällt.</translation></message>
<message><source>asking…</source><translation>wird abgefragt…</translation></message>
<message><source>a web page</source><translation>eine Webseite</translation></message>
<message><source>cannot be resumed</source><translation>nicht fortsetzbar</translation></message>
<message><source>resumable</source><translation>fortsetzbar</translation></message>
<message><source>{checksum} expected</source><translation>{checksum} erwartet</translation></message>
<message><source>{algorithm} must be {digest}</source><translation>{algorithm} muss {digest} sein</translation></message>
<message><source>Skip</source><translation>Überspringen</translation></message>
<message><source>Resume</source><translation>Fortsetzen</translation></message>
<message><source>Keep both</source><translation>Beide behalten</translation></message>
<message><source>Replace</source><translation>Ersetzen</translation></message>
<message><source>Leave what is there, and add nothing</source><translation>Vorhandenes belassen und nichts hinzufügen</translation></message>
<message><source>Go on with the download in the list</source><translation>Den Download in der Liste fortsetzen</translation></message>
<message><source>Fetch again, under a new name</source><translation>Unter neuem Namen erneut herunterladen</translation></message>
<message><source>Fetch again; the new file takes the place of the old one</source><translation>Erneut herunterladen; die neue Datei ersetzt die alte</translation></message>
<message><source>Downloads found in the text</source><translation>Im Text gefundene Downloads</translation></message>
<message><source>Tick</source><translation>Anhaken</translation></message>
<message><source>Untick</source><translation>Haken entfernen</translation></message>
<message><source>Tick only these</source><translation>Nur diese anhaken</translation></message>
<message><source>Tick all</source><translation>Alle anhaken</translation></message>
<message><source>Untick all</source><translation>Alle Haken entfernen</translation></message>
<message><source>Ask the server again</source><translation>Server erneut fragen</translation></message>
<message numerus="yes"><source>Copy %Ln address(es)</source><translation><numerusform>%Ln Adresse kopieren</numerusform><numerusform>%Ln Adressen kopieren</numerusform></translation></message>
<message><source>What you paste appears here</source><translation>Eingefügtes erscheint hier</translation></message>
<message><source>Sends the headers {names}</source><translation>Sendet die Header {names}</translation></message>
<message><source>is not an address</source><translation>ist keine Adresse</translation></message>
<message><source>its checksum is damaged</source><translation>Prüfsumme ist beschädigt</translation></message>
<message><source>a checksum, and no file of that name</source><translation>Prüfsumme ohne passende Datei</translation></message>
<message><source>stands for {count} addresses, {most} is the most</source><translation>steht für {count} Adressen, möglich sind höchstens {most}</translation></message>
<message><source>it holds spaces or control characters</source><translation>enthält Leer- oder Steuerzeichen</translation></message>
<message><source>does not begin with http://, https://, ftp:// or sftp://</source><translation>beginnt nicht mit http://, https://, ftp:// oder sftp://</translation></message>
<message><source>has a backslash in its host</source><translation>enthält einen umgekehrten Schrägstrich im Host</translation></message>
<message><source>names no host</source><translation>nennt keinen Host</translation></message>
<message><source>its host or port is not valid</source><translation>Host oder Port ist ungültig</translation></message>
<message><source>is a magnet link: a torrent client is for it</source><translation>ist ein Magnet-Link: dafür ist ein Torrent-Programm da</translation></message>
<message><source>sends a form or a file, which a download cannot</source><translation>sendet ein Formular oder eine Datei, das kann ein Download nicht</translation></message>
<message><source>asks by another method than GET, which a download cannot</source><translation>nutzt eine andere Methode als GET, das kann ein Download nicht</translation></message>
<message><source>follows the links of pages; Headrace fetches single files</source><translation>folgt den Links von Seiten; Headrace lädt einzelne Dateien</translation></message>
</context>
<context>
<name>Budgets</name>
<message><source>All networks</source><translation>Alle Netze</translation></message>
<message><source>Metered networks</source><translation>Netze mit Datenvolumen</translation></message>
<message><source>Wi-Fi</source><translation>WLAN</translation></message>
<message><source>Mobile networks</source><translation>Mobilfunk</translation></message>
<message><source>Ethernet</source><translation>Ethernet</translation></message>
<message><source>Other kinds of networks</source><translation>Andere Arten von Netzen</translation></message>
<message><source>{size} a day ({networks})</source><translation>{size} am Tag ({networks})</translation></message>
<message><source>{size} a week ({networks})</source><translation>{size} in der Woche ({networks})</translation></message>
<message><source>{size} a month ({networks})</source><translation>{size} im Monat ({networks})</translation></message>
<message><source>Each day</source><translation>Jeden Tag</translation></message>
<message><source>Each week</source><translation>Jede Woche</translation></message>
<message><source>Each month</source><translation>Jeden Monat</translation></message>
<message><source>It is whole again on {day}.</source><translation>Am {day} ist es wieder voll.</translation></message>
<message><source>What comes now does not count.</source><translation>Was jetzt kommt, zählt nicht.</translation></message>
<message><source> GB</source><translation> GB</translation></message>
<message><source>from day</source><translation>ab dem</translation></message>
<message><source>How much may come: {budget}</source><translation>Wie viel kommen darf: {budget}</translation></message>
<message><source>How often: {budget}</source><translation>Wie oft: {budget}</translation></message>
<message><source>Which networks count: {budget}</source><translation>Welche Netze zählen: {budget}</translation></message>
<message><source>The day on which a month begins: {budget}</source><translation>Der Tag, an dem ein Monat beginnt: {budget}</translation></message>
<message><source>Remove {budget}</source><translation>{budget} entfernen</translation></message>
<message><source>Add budget</source><translation>Datenvolumen hinzufügen</translation></message>
<message><source>There is a budget for these networks and this period already.</source><translation>Für diese Netze und diesen Zeitraum gibt es schon ein Datenvolumen.</translation></message>
<message><source>The budget is removed: {budget}</source><translation>Das Datenvolumen ist entfernt: {budget}</translation></message>
</context>
<context>
<name>Categories</name>
<message><source>Add category</source><translation>Kategorie hinzufügen</translation></message>
<message><source>{name} is as it was.</source><translation>{name} ist wieder wie zuvor.</translation></message>
<message><source>New category</source><translation>Neue Kategorie</translation></message>
<message><source>nothing yet</source><translation>noch nichts</translation></message>
<message><source>Bring {name} back to what it was</source><translation>{name} auf den ursprünglichen Stand zurücksetzen</translation></message>
<message><source>Show {name} earlier</source><translation>{name} früher zeigen</translation></message>
<message><source>Show {name} later</source><translation>{name} später zeigen</translation></message>
<message><source>There is a category of this name.</source><translation>Es gibt schon eine Kategorie dieses Namens.</translation></message>
<message><source>A category needs a name of 60 characters at most.</source><translation>Eine Kategorie braucht einen Namen von höchstens 60 Zeichen.</translation></message>
<message><source>Write endings such as epub, without a dot within.</source><translation>Schreiben Sie Endungen wie epub, ohne Punkt darin.</translation></message>
<message><source>Write types such as application/pdf or audio/*.</source><translation>Schreiben Sie Typen wie application/pdf oder audio/*.</translation></message>
<message><source>Name</source><translation>Name</translation></message>
<message><source>Picture</source><translation>Bild</translation></message>
<message><source>Types the server tells</source><translation>Typen, die der Server nennt</translation></message>
<message><source>Disc</source><translation>Disc</translation></message>
<message><source>Key</source><translation>Schlüssel</translation></message>
<message><source>Tool</source><translation>Werkzeug</translation></message>
</context>
<context>
<name>Certificate</name>
<message><source>Host key of {host}</source><translation>Host-Schlüssel von {host}</translation></message>
<message><source>Certificate of {host}</source><translation>Zertifikat von {host}</translation></message>
<message><source>Trust this key</source><translation>Diesem Schlüssel vertrauen</translation></message>
<message><source>Trust this certificate</source><translation>Diesem Zertifikat vertrauen</translation></message>
<message><source>It is another key than the one known before. Either the server was set up anew, or somebody stands between you and it. Trust it only if whoever runs the server tells you the same fingerprint.</source><translation>Es ist ein anderer Schlüssel als der bisher bekannte. Entweder wurde der Server neu eingerichtet, oder jemand steht zwischen Ihnen und ihm. Vertrauen Sie ihm nur, wenn der Betreiber des Servers Ihnen denselben Fingerabdruck nennt.</translation></message>
<message><source>It is not known yet, and somebody may stand between you and the server. Trust it only if whoever runs the server tells you the same fingerprint; then no other key is accepted there.</source><translation>Er ist noch nicht bekannt, und jemand könnte zwischen Ihnen und dem Server stehen. Vertrauen Sie ihm nur, wenn der Betreiber des Servers Ihnen denselben Fingerabdruck nennt; dann wird dort kein anderer Schlüssel angenommen.</translation></message>
<message><source>It is not trusted: {why}. Somebody may stand between you and the server. Trust it only if you know the server and its fingerprint; then no other certificate is accepted there.</source><translation>Ihm wird nicht vertraut: {why}. Jemand könnte zwischen Ihnen und dem Server stehen. Vertrauen Sie ihm nur, wenn Sie den Server und seinen Fingerabdruck kennen; dann wird dort kein anderes Zertifikat angenommen.</translation></message>
<message><source>The server is asked for it…</source><translation>Der Server wird danach gefragt …</translation></message>
<message><source>Kind: {kind}</source><translation>Art: {kind}</translation></message>
<message><source>Issued to: {name}</source><translation>Ausgestellt für: {name}</translation></message>
<message><source>Issued by: {name}</source><translation>Ausgestellt von: {name}</translation></message>
<message><source>Valid: {first} to {last}</source><translation>Gültig: {first} bis {last}</translation></message>
<message><source>SHA-256: {digest}</source><translation>SHA-256: {digest}</translation></message>
</context>
<context>
<name>Commands</name>
<message><source>Undo</source><translation>Rückgängig</translation></message>
<message><source>Removed {what}</source><translation>{what} entfernt</translation></message>
<message><source>Moved {what} to the trash</source><translation>{what} in den Papierkorb verschoben</translation></message>
<message><source>Deleted {what}</source><translation>{what} gelöscht</translation></message>
<message><source>Too many at once. Choose at most {count}.</source><translation>Zu viele auf einmal. Höchstens {count} auswählen.</translation></message>
<message><source>{name} is a program, so it is shown rather than started</source><translation>{name} ist ein Programm und wird daher nur angezeigt, nicht gestartet</translation></message>
<message numerus="yes"><source>Copied %Ln address(es)</source><translation><numerusform>%Ln Adresse kopiert</numerusform><numerusform>%Ln Adressen kopiert</numerusform></translation></message>
<message><source>{name} is no longer in {folder}</source><translation>{name} ist nicht mehr in {folder}</translation></message>
<message><source>{name} could not be opened: no program for it was found</source><translation>{name} konnte nicht geöffnet werden: kein passendes Programm gefunden</translation></message>
</context>
<context>
<name>Cookies</name>
<message><source>Out of a browser, now and this once</source><translation>Aus einem Browser, jetzt und nur dieses Mal</translation></message>
<message><source>Pasted</source><translation>Eingefügt</translation></message>
<message><source>Out of a cookies.txt, read again whenever needed</source><translation>Aus einer cookies.txt, die bei Bedarf neu gelesen wird</translation></message>
<message><source>None but those of the settings</source><translation>Keine außer denen der Einstellungen</translation></message>
<message><source>There is no browser here whose cookies can be read.</source><translation>Hier gibt es keinen Browser, dessen Cookies gelesen werden können.</translation></message>
<message><source>The cookies of {browser} cannot be read.</source><translation>Die Cookies von {browser} können nicht gelesen werden.</translation></message>
<message><source>The cookies of {browser} are encrypted. Install what deciphers them: {command}</source><translation>Die Cookies von {browser} sind verschlüsselt. Installieren Sie, was sie entschlüsselt: {command}</translation></message>
<message><source>The system's keyring does not give the key to the cookies of {browser}.</source><translation>Der Schlüsselbund des Systems gibt den Schlüssel zu den Cookies von {browser} nicht heraus.</translation></message>
<message><source>On Windows {browser} seals its cookies so that no other program can read them. Use Firefox, the extension for browsers, or a cookies.txt.</source><translation>Unter Windows versiegelt {browser} seine Cookies so, dass kein anderes Programm sie lesen kann. Nehmen Sie Firefox, die Browser-Erweiterung oder eine cookies.txt.</translation></message>
<message><source>Cookies</source><translation>Cookies</translation></message>
<message><source>Use</source><translation>Verwenden</translation></message>
<message><source>&amp;Where they come from</source><translation>&amp;Woher sie kommen</translation></message>
<message><source>Browser and profile</source><translation>Browser und Profil</translation></message>
<message><source>&amp;Look for cookies of {site}</source><translation>&amp;Nach Cookies von {site} sehen</translation></message>
<message><source>Cookie: name=value; … or the text of a cookies.txt</source><translation>Cookie: Name=Wert; … oder der Text einer cookies.txt</translation></message>
<message><source>File</source><translation>Datei</translation></message>
<message><source>&amp;Choose a file…</source><translation>&amp;Datei wählen …</translation></message>
<message><source>&amp;Keep them in the system's keyring</source><translation>Im &amp;Schlüsselbund des Systems behalten</translation></message>
<message><source>No browser was found</source><translation>Kein Browser gefunden</translation></message>
<message><source>Look for cookies first; nothing is taken unseen.</source><translation>Sehen Sie erst nach Cookies; ungesehen wird keines genommen.</translation></message>
<message><source>Write them as name=value; name=value, or paste the text of a cookies.txt.</source><translation>Schreiben Sie Name=Wert; Name=Wert oder fügen Sie den Text einer cookies.txt ein.</translation></message>
<message><source>Name the file in full, or choose it.</source><translation>Geben Sie den vollen Pfad der Datei an oder wählen Sie sie aus.</translation></message>
<message><source>This is not a cookies.txt that can be read.</source><translation>Das ist keine cookies.txt, die gelesen werden kann.</translation></message>
<message><source>{browser} has no cookies for {site}. Log in there first.</source><translation>{browser} hat keine Cookies für {site}. Melden Sie sich dort zuerst an.</translation></message>
<message><source>Choose…</source><translation>Wählen …</translation></message>
<message><source>Choose cookies</source><translation>Cookies wählen</translation></message>
<message><source>For these downloads alone. Each cookie goes to the site it belongs to, and is never stored in clear.</source><translation>Nur für diese Downloads. Jedes Cookie geht an die Seite, zu der es gehört, und wird nie im Klartext gespeichert.</translation></message>
<message><source>None of its own</source><translation>Keine eigenen</translation></message>
<message><source>Out of {file}</source><translation>Aus {file}</translation></message>
<message><source>Those of a pasted line</source><translation>Die einer eingefügten Zeile</translation></message>
<message><source>Given, in memory alone</source><translation>Angegeben, nur im Arbeitsspeicher</translation></message>
<message><source>Kept in the system's keyring</source><translation>Im Schlüsselbund des Systems</translation></message>
<message numerus="yes"><source>%Ln cookie(s) for {sites}</source><translation><numerusform>%Ln Cookie für {sites}</numerusform><numerusform>%Ln Cookies für {sites}</numerusform></translation></message>
</context>
<context>
<name>Copying</name>
<message><source>Addresses</source><translation>Adressen</translation></message>
<message><source>curl commands</source><translation>curl-Befehle</translation></message>
<message><source>wget commands</source><translation>wget-Befehle</translation></message>
<message><source>aria2 input file</source><translation>aria2-Eingabedatei</translation></message>
<message><source>JSON</source><translation>JSON</translation></message>
<message><source>Metalink</source><translation>Metalink</translation></message>
<message><source>Cop&amp;y as</source><translation>Kop&amp;ieren als</translation></message>
<message numerus="yes"><source>Copied %Ln download(s)</source><translation><numerusform>%Ln Download kopiert</numerusform><numerusform>%Ln Downloads kopiert</numerusform></translation></message>
</context>
<context>
<name>Desktop</name>
<message><source>Downloads are running</source><translation>Downloads laufen</translation></message>
<message numerus="yes"><source>%Ln download(s) finished</source><translation><numerusform>%Ln Download fertig</numerusform><numerusform>%Ln Downloads fertig</numerusform></translation></message>
<message><source>{size} in {folder}</source><extracomment>Below the name of a finished download: its size and the name of its folder</extracomment><translation>{size} in {folder}</translation></message>
<message><source>Open</source><extracomment>Below the name of a finished download: its size and the name of its folder</extracomment><translation>Öffnen</translation></message>
<message><source>Download finished</source><translation>Download fertig</translation></message>
<message><source>Try again</source><translation>Erneut versuchen</translation></message>
<message><source>Download failed</source><translation>Download fehlgeschlagen</translation></message>
<message numerus="yes"><source>%Ln more download(s) failed</source><translation><numerusform>%Ln weiterer Download fehlgeschlagen</numerusform><numerusform>%Ln weitere Downloads fehlgeschlagen</numerusform></translation></message>
<message numerus="yes"><source>%Ln download(s) failed</source><translation><numerusform>%Ln Download fehlgeschlagen</numerusform><numerusform>%Ln Downloads fehlgeschlagen</numerusform></translation></message>
<message><source>Try all again</source><translation>Alle erneut versuchen</translation></message>
<message><source>Headrace goes on in the tray</source><translation>Headrace läuft im Infobereich weiter</translation></message>
<message><source>Downloads continue. To end Headrace, choose Quit in the menu of its icon.</source><translation>Downloads laufen weiter. Zum Beenden von Headrace im Menü des Symbols „Beenden“ wählen.</translation></message>
<message><source>Show in folder</source><translation>Im Ordner anzeigen</translation></message>
<message numerus="yes"><source>and %Ln more</source><translation><numerusform>und %Ln weiterer</numerusform><numerusform>und %Ln weitere</numerusform></translation></message>
<message><source>Hide Headrace</source><translation>Headrace ausblenden</translation></message>
<message><source>Show Headrace</source><translation>Headrace anzeigen</translation></message>
<message><source>Speed limit</source><translation>Tempolimit</translation></message>
<message numerus="yes"><source>%Ln active</source><translation><numerusform>%Ln aktiv</numerusform><numerusform>%Ln aktiv</numerusform></translation></message>
<message numerus="yes"><source>%Ln waiting</source><translation><numerusform>%Ln wartend</numerusform><numerusform>%Ln wartend</numerusform></translation></message>
<message><source>Nothing to do</source><translation>Nichts zu tun</translation></message>
<message><source>Headrace: {percent}</source><extracomment>The program's name and how much of everything that runs is there, such as "Headrace: 62 %"</extracomment><translation>Headrace: {percent}</translation></message>
<message><source>Headrace is ready. Paste an address with Ctrl+V, drop links here, or press Add.</source><translation>Headrace ist bereit. Eine Adresse mit Strg+V einfügen, Links hier ablegen oder auf „Hinzufügen“ klicken.</translation></message>
<message><source>Watch the clipboard for links</source><translation>Zwischenablage auf Links überwachen</translation></message>
<message><source>Close this message</source><translation>Diese Meldung schließen</translation></message>
<message><source>Close</source><translation>Schließen</translation></message>
</context>
<context>
<name>Details</name>
<message><source>Map of the file</source><translation>Karte der Datei</translation></message>
<message numerus="yes"><source>%Ln block(s)</source><translation><numerusform>%Ln Block</numerusform><numerusform>%Ln Blöcke</numerusform></translation></message>
<message numerus="yes"><source>%Ln verified on disk</source><translation><numerusform>%Ln geprüft</numerusform><numerusform>%Ln geprüft</numerusform></translation></message>
<message numerus="yes"><source>%Ln on disk</source><translation><numerusform>%Ln gespeichert</numerusform><numerusform>%Ln gespeichert</numerusform></translation></message>
<message numerus="yes"><source>%Ln arriving</source><translation><numerusform>%Ln unterwegs</numerusform><numerusform>%Ln unterwegs</numerusform></translation></message>
<message numerus="yes"><source>%Ln missing</source><translation><numerusform>%Ln fehlt</numerusform><numerusform>%Ln fehlen</numerusform></translation></message>
<message><source>Block {number} of {total}</source><translation>Block {number} von {total}</translation></message>
<message><source>Blocks {first} to {last} of {total}</source><translation>Blöcke {first} bis {last} von {total}</translation></message>
<message><source>Verified on disk</source><translation>Gespeichert und geprüft</translation></message>
<message><source>Missing</source><translation>Fehlt</translation></message>
<message><source>{size} verified</source><translation>{size} geprüft</translation></message>
<message><source>{size} on disk</source><translation>{size} gespeichert</translation></message>
<message><source>{size} missing</source><translation>{size} fehlen</translation></message>
<message><source>arriving now</source><translation>gerade unterwegs</translation></message>
<message><source>#</source><translation>#</translation></message>
<message><source>Host</source><translation>Host</translation></message>
<message><source>Part of the file</source><translation>Bereich</translation></message>
<message><source>Arrived</source><translation>Empfangen</translation></message>
<message><source>Speed</source><translation>Tempo</translation></message>
<message><source>State</source><translation>Status</translation></message>
<message><source>Connecting</source><translation>Verbindet</translation></message>
<message><source>Waiting for an answer</source><translation>Wartet auf Antwort</translation></message>
<message><source>Receiving</source><translation>Empfängt</translation></message>
<message><source>Held back</source><translation>Gebremst</translation></message>
<message><source>Ending</source><translation>Endet</translation></message>
<message><source>from {start} on</source><extracomment>Part of a file without a known end</extracomment><translation>ab {start}</translation></message>
<message><source>{start} to {end}</source><extracomment>Part of a file without a known end</extracomment><translation>{start} bis {end}</translation></message>
<message><source>Bytes from {start} on</source><translation>Bytes ab {start}</translation></message>
<message><source>Bytes {start} to {end}</source><translation>Bytes {start} bis {end}</translation></message>
<message><source>Connection {number}</source><translation>Verbindung {number}</translation></message>
<message><source>Connections</source><translation>Verbindungen</translation></message>
<message><source>No connections at the moment</source><translation>Zurzeit keine Verbindungen</translation></message>
<message><source>Copy</source><translation>Kopieren</translation></message>
<message><source>Select all</source><translation>Alle auswählen</translation></message>
<message><source>Overview</source><translation>Übersicht</translation></message>
<message><source>Log</source><translation>Protokoll</translation></message>
<message><source>Request</source><translation>Anfrage</translation></message>
<message><source>Live</source><translation>Live</translation></message>
<message><source>Choose a download to see its details</source><translation>Download auswählen, um Details zu sehen</translation></message>
<message><source>Details</source><translation>Details</translation></message>
<message numerus="yes"><source>%Ln download(s) chosen</source><translation><numerusform>%Ln Download ausgewählt</numerusform><numerusform>%Ln Downloads ausgewählt</numerusform></translation></message>
<message><source>Move to the side</source><translation>Seitlich anordnen</translation></message>
<message><source>Move to the bottom</source><translation>Unten anordnen</translation></message>
<message><source>Close details</source><translation>Details schließen</translation></message>
<message><source>Copy address</source><translation>Adresse kopieren</translation></message>
<message><source>Folder</source><translation>Ordner</translation></message>
<message><source>Added</source><translation>Hinzugefügt</translation></message>
<message><source>Failed</source><translation>Fehlgeschlagen</translation></message>
<message><source>Address</source><translation>Adresse</translation></message>
<message><source>Led to</source><translation>Weiterleitung</translation></message>
<message><source>Checksum</source><translation>Prüfsumme</translation></message>
<message><source>{algorithm} does not match</source><translation>{algorithm} stimmt nicht</translation></message>
<message><source>None known</source><translation>Keine bekannt</translation></message>
<message><source>{algorithm} right, as given by you</source><translation>{algorithm} stimmt, wie selbst angegeben</translation></message>
<message><source>{algorithm} right, piece by piece</source><translation>{algorithm} stimmt, Stück für Stück</translation></message>
<message><source>{algorithm} right, found in {source}</source><translation>{algorithm} stimmt, gefunden in {source}</translation></message>
<message><source>{algorithm} right</source><translation>{algorithm} stimmt</translation></message>
<message><source>{algorithm} expected, given by you</source><translation>{algorithm} erwartet, selbst angegeben</translation></message>
<message><source>{algorithm} expected, found in {source}</source><translation>{algorithm} erwartet, gefunden in {source}</translation></message>
<message><source>{algorithm} expected</source><translation>{algorithm} erwartet</translation></message>
<message><source>Size</source><translation>Größe</translation></message>
<message numerus="yes"><source>%Ln byte(s)</source><translation><numerusform>%Ln Byte</numerusform><numerusform>%Ln Bytes</numerusform></translation></message>
<message><source>Unknown, {size} so far</source><translation>Unbekannt, bisher {size}</translation></message>
<message><source>{total}, {received} of it here</source><translation>{total}, davon {received} hier</translation></message>
<message><source>{number} bytes</source><extracomment>A number of bytes above two thousand million</extracomment><translation>{number} Bytes</translation></message>
<message><source>Type</source><translation>Typ</translation></message>
<message><source>Version</source><translation>Version</translation></message>
<message><source>Last changed</source><translation>Letzte Änderung</translation></message>
<message><source>{tag} (strong)</source><translation>{tag} (stark)</translation></message>
<message><source>{tag} (weak)</source><translation>{tag} (schwach)</translation></message>
<message><source>The server names this very version: a resumed download is sure to fit</source><translation>Der Server nennt genau diese Version: Ein fortgesetzter Download passt sicher</translation></message>
<message><source>The server names no exact version: joins are compared byte by byte</source><translation>Der Server nennt keine genaue Version: Nahtstellen werden Byte für Byte verglichen</translation></message>
<message numerus="yes"><source>%Ln further address(es)</source><translation><numerusform>%Ln weitere Adresse</numerusform><numerusform>%Ln weitere Adressen</numerusform></translation></message>
<message><source>Mirrors</source><translation>Spiegelserver</translation></message>
<message><source>{moment}, took {time}</source><translation>{moment}, Dauer {time}</translation></message>
<message><source>Finished</source><translation>Fertig</translation></message>
<message><source>Notes</source><translation>Hinweise</translation></message>
<message><source>Arriving</source><translation>Unterwegs</translation></message>
<message><source>On disk</source><translation>Gespeichert</translation></message>
<message><source>Verified</source><translation>Geprüft</translation></message>
<message><source>What happened to the download</source><translation>Was mit dem Download geschah</translation></message>
<message><source>Copy all</source><translation>Alles kopieren</translation></message>
<message><source>Copy the whole log</source><translation>Das ganze Protokoll kopieren</translation></message>
<message numerus="yes"><source>%Ln entry(ies)</source><translation><numerusform>%Ln Eintrag</numerusform><numerusform>%Ln Einträge</numerusform></translation></message>
<message><source>Choose a download to see what happened to it</source><translation>Download auswählen, um seinen Verlauf zu sehen</translation></message>
<message><source>Nothing is known of this download's past</source><translation>Über den Verlauf dieses Downloads ist nichts bekannt</translation></message>
<message><source>Speed, last {time}</source><translation>Tempo, letzte {time}</translation></message>
<message><source>Speed, whole life</source><translation>Tempo, gesamte Zeit</translation></message>
<message><source>average {speed}</source><translation>Durchschnitt {speed}</translation></message>
<message><source>Requests and answers, the newest first</source><translation>Anfragen und Antworten, neueste zuerst</translation></message>
<message><source>Headers of the request and of the answer</source><translation>Header der Anfrage und der Antwort</translation></message>
<message><source>Copy as text</source><translation>Als Text kopieren</translation></message>
<message><source>Copy this request and its answer as text</source><translation>Diese Anfrage und ihre Antwort als Text kopieren</translation></message>
<message><source>Headers are kept while Headrace runs, never stored</source><translation>Header werden nur behalten, solange Headrace läuft, und nie gespeichert</translation></message>
<message><source>Choose a download to see what was asked and answered</source><translation>Download auswählen, um Anfragen und Antworten zu sehen</translation></message>
<message><source>Nothing has been asked since Headrace was started</source><translation>Seit dem Start von Headrace wurde nichts angefragt</translation></message>
<message><source>No answer yet</source><translation>Noch keine Antwort</translation></message>
<message><source>Speed, last minute</source><translation>Tempo, letzte Minute</translation></message>
<message><source>Nothing measured yet</source><translation>Noch nichts gemessen</translation></message>
<message><source>Whole life</source><translation>Gesamt</translation></message>
<message><source>Span of the graph</source><translation>Zeitraum des Diagramms</translation></message>
<message><source>Graph of the speed</source><translation>Tempodiagramm</translation></message>
<message><source>Average</source><translation>Durchschnitt</translation></message>
<message><source>Top</source><translation>Spitze</translation></message>
<message><source>Received</source><translation>Empfangen</translation></message>
<message><source>Time active</source><translation>Aktive Zeit</translation></message>
<message><source>Limit</source><translation>Limit</translation></message>
<message><source>limit {speed}</source><translation>Limit {speed}</translation></message>
<message><source>limit for all {speed}</source><translation>Limit für alle {speed}</translation></message>
<message><source>{seconds} s</source><translation>{seconds} s</translation></message>
<message><source>{minutes} min</source><translation>{minutes} min</translation></message>
<message><source>{hours} h</source><translation>{hours} h</translation></message>
<message><source>{days} d</source><extracomment>A number of days, shortest form</extracomment><translation>{days} d</translation></message>
<message><source>now</source><translation>jetzt</translation></message>
<message><source>end</source><translation>Ende</translation></message>
<message><source>nothing</source><translation>nichts</translation></message>
<message><source>after {time}</source><translation>{time} nach Beginn</translation></message>
<message><source>{time} before the end</source><translation>{time} vor Ende</translation></message>
<message><source>{time} ago</source><translation>vor {time}</translation></message>
<message><source>{limit}, its own</source><translation>{limit}, das eigene</translation></message>
<message><source>{limit}, of its queue</source><translation>{limit}, das der Warteschlange</translation></message>
<message><source>{limit}, of all downloads</source><translation>{limit}, das aller Downloads</translation></message>
<message><source>{limit}, to leave others room</source><translation>{limit}, um anderen Platz zu lassen</translation></message>
<message><source>{limit}, while it is quiet</source><translation>{limit}, das leise Limit</translation></message>
<message><source>Together</source><translation>Zusammen</translation></message>
<message><source>Progress</source><translation>Fortschritt</translation></message>
<message><source>Size unknown</source><translation>Größe unbekannt</translation></message>
</context>
<context>
<name>Dialogs</name>
<message><source>Cancel</source><translation>Abbrechen</translation></message>
</context>
<context>
<name>Done</name>
<message><source>Do nothing</source><translation>Nichts tun</translation></message>
<message><source>Sleep</source><translation>Energie sparen</translation></message>
<message><source>Hibernate</source><translation>Ruhezustand</translation></message>
<message><source>Shut down</source><translation>Herunterfahren</translation></message>
<message><source>Restart</source><translation>Neu starten</translation></message>
<message><source>Log out</source><translation>Abmelden</translation></message>
<message><source>Quit Headrace</source><translation>Headrace beenden</translation></message>
<message numerus="yes"><source>The computer goes to sleep in %Ln second(s).</source><translation><numerusform>Der Computer geht in %Ln Sekunde in den Energiesparmodus.</numerusform><numerusform>Der Computer geht in %Ln Sekunden in den Energiesparmodus.</numerusform></translation></message>
<message numerus="yes"><source>The computer hibernates in %Ln second(s).</source><translation><numerusform>Der Computer geht in %Ln Sekunde in den Ruhezustand.</numerusform><numerusform>Der Computer geht in %Ln Sekunden in den Ruhezustand.</numerusform></translation></message>
<message numerus="yes"><source>The computer shuts down in %Ln second(s).</source><translation><numerusform>Der Computer wird in %Ln Sekunde heruntergefahren.</numerusform><numerusform>Der Computer wird in %Ln Sekunden heruntergefahren.</numerusform></translation></message>
<message numerus="yes"><source>The computer restarts in %Ln second(s).</source><translation><numerusform>Der Computer wird in %Ln Sekunde neu gestartet.</numerusform><numerusform>Der Computer wird in %Ln Sekunden neu gestartet.</numerusform></translation></message>
<message numerus="yes"><source>You are logged out in %Ln second(s).</source><translation><numerusform>Sie werden in %Ln Sekunde abgemeldet.</numerusform><numerusform>Sie werden in %Ln Sekunden abgemeldet.</numerusform></translation></message>
<message numerus="yes"><source>Headrace quits in %Ln second(s).</source><translation><numerusform>Headrace wird in %Ln Sekunde beendet.</numerusform><numerusform>Headrace wird in %Ln Sekunden beendet.</numerusform></translation></message>
<message><source>“{deed}” was refused by the system: {why}</source><translation>Das System hat „{deed}“ verweigert: {why}</translation></message>
<message><source>Stop</source><translation>Stopp</translation></message>
<message><source>All downloads are done</source><translation>Alle Downloads sind fertig</translation></message>
<message><source>Nothing happens any more.</source><translation>Es passiert nichts mehr.</translation></message>
<message><source>{deed} now</source><translation>Jetzt: {deed}</translation></message>
</context>
<context>
<name>Failures</name>
<message><source>The address is not valid</source><translation>Die Adresse ist ungültig</translation></message>
<message><source>Copy it again from where you found it</source><translation>Noch einmal von der Quelle kopieren</translation></message>
<message><source>Server name not found</source><translation>Servername nicht gefunden</translation></message>
<message><source>Check the address and your connection</source><translation>Adresse und Verbindung prüfen</translation></message>
<message><source>Server cannot be reached</source><translation>Server nicht erreichbar</translation></message>
<message><source>Check your connection, or resume later</source><translation>Verbindung prüfen oder später fortsetzen</translation></message>
<message><source>Server did not answer in time</source><translation>Server hat nicht rechtzeitig geantwortet</translation></message>
<message><source>Resume later</source><translation>Später fortsetzen</translation></message>
<message><source>Connection lost</source><translation>Verbindung verloren</translation></message>
<message><source>Resume to go on from here</source><translation>Fortsetzen, um hier weiterzumachen</translation></message>
<message><source>Server stopped sending</source><translation>Server sendet nichts mehr</translation></message>
<message><source>Server could not prove who it is</source><translation>Server konnte sich nicht ausweisen</translation></message>
<message><source>Look at its certificate</source><translation>Sehen Sie sich sein Zertifikat an</translation></message>
<message><source>There is no network</source><translation>Es gibt kein Netz</translation></message>
<message><source>It goes on when there is one</source><translation>Es geht weiter, sobald es eines gibt</translation></message>
<message><source>The chosen network is not there</source><translation>Das gewählte Netz ist nicht da</translation></message>
<message><source>Bring it back, or choose another in the settings</source><translation>Stellen Sie es wieder her, oder wählen Sie in den Einstellungen ein anderes</translation></message>
<message><source>Your certificate cannot be used here</source><translation>Ihr Zertifikat für diesen Server ist nicht verwendbar</translation></message>
<message><source>Choose another in the settings</source><translation>Wählen Sie in den Einstellungen ein anderes</translation></message>
<message><source>An extra is missing for this kind of address</source><translation>Für diese Art Adresse fehlt ein Extra</translation></message>
<message><source>Install it, then resume</source><translation>Installieren Sie es und setzen Sie dann fort</translation></message>
<message><source>Server's host key is not known yet</source><translation>Der Host-Schlüssel des Servers ist noch nicht bekannt</translation></message>
<message><source>Look at it, and trust it if it is the server's</source><translation>Sehen Sie ihn an und vertrauen Sie ihm, wenn er der des Servers ist</translation></message>
<message><source>Server's host key has changed</source><translation>Der Host-Schlüssel des Servers hat sich geändert</translation></message>
<message><source>Ask who runs the server before you trust the new one</source><translation>Fragen Sie den Betreiber des Servers, bevor Sie dem neuen vertrauen</translation></message>
<message><source>Secure connection failed</source><translation>Sichere Verbindung fehlgeschlagen</translation></message>
<message><source>This is not a web server</source><translation>Das ist kein Webserver</translation></message>
<message><source>Check the address</source><translation>Adresse prüfen</translation></message>
<message><source>Server sends us round in circles</source><translation>Server leitet im Kreis</translation></message>
<message><source>Copy a fresh link</source><translation>Neuen Link kopieren</translation></message>
<message><source>Server sends us to an unsafe address</source><translation>Server leitet auf eine unsichere Adresse</translation></message>
<message><source>Ask for a secure link</source><translation>Um einen sicheren Link bitten</translation></message>
<message><source>File arrived cut short</source><translation>Datei kam unvollständig an</translation></message>
<message><source>Resume to fetch the rest</source><translation>Fortsetzen, um den Rest zu laden</translation></message>
<message><source>Server never finished its answer</source><translation>Server hat seine Antwort nie beendet</translation></message>
<message><source>Server sends next to nothing</source><translation>Server sendet so gut wie nichts</translation></message>
<message><source>Resume to try once more</source><translation>Fortsetzen, um es noch einmal zu versuchen</translation></message>
<message><source>Server leads into a private network</source><translation>Server leitet in ein privates Netz</translation></message>
<message><source>Allow it only if the private address is yours</source><translation>Nur erlauben, wenn es die eigene private Adresse ist</translation></message>
<message><source>Server has no such file</source><translation>Server hat diese Datei nicht</translation></message>
<message><source>Access refused</source><translation>Zugriff verweigert</translation></message>
<message><source>File is gone from the server</source><translation>Datei ist nicht mehr auf dem Server</translation></message>
<message><source>Look for another source</source><translation>Andere Quelle suchen</translation></message>
<message><source>Server asks for a login</source><translation>Server verlangt eine Anmeldung</translation></message>
<message><source>Log in here, or with a browser</source><translation>Hier oder mit einem Browser anmelden</translation></message>
<message><source>Proxy asks for a login</source><translation>Proxy verlangt eine Anmeldung</translation></message>
<message><source>Log in here</source><translation>Hier anmelden</translation></message>
<message><source>Windows login needed</source><translation>Windows-Anmeldung nötig</translation></message>
<message><source>Install what it needs, then log in</source><translation>Nötiges installieren, dann anmelden</translation></message>
<message><source>No usable Kerberos ticket</source><translation>Kein brauchbares Kerberos-Ticket</translation></message>
<message><source>Get a ticket (kinit) and resume, or log in here</source><translation>Ticket holen (kinit) und fortsetzen oder hier anmelden</translation></message>
<message><source>Proxy cannot be reached</source><translation>Proxy nicht erreichbar</translation></message>
<message><source>Check your proxy settings</source><translation>Proxy-Einstellungen prüfen</translation></message>
<message><source>Proxy does not let this address through</source><translation>Proxy lässt diese Adresse nicht durch</translation></message>
<message><source>Server asked us to wait</source><translation>Server bittet um Geduld</translation></message>
<message><source>Server is too busy</source><translation>Server ist überlastet</translation></message>
<message><source>Server has a fault</source><translation>Server meldet einen Fehler</translation></message>
<message><source>Server refuses the request</source><translation>Server lehnt die Anfrage ab</translation></message>
<message><source>Server sent no file</source><translation>Server hat keine Datei gesendet</translation></message>
<message><source>Server does not go on where we stopped</source><translation>Server setzt nicht an der alten Stelle fort</translation></message>
<message><source>Server's answer makes no sense</source><translation>Antwort des Servers ist unverständlich</translation></message>
<message><source>A web page came instead of the file</source><translation>Statt der Datei kam eine Webseite</translation></message>
<message><source>Log in with a browser, or copy a fresh link</source><translation>Im Browser anmelden oder neuen Link kopieren</translation></message>
<message><source>It unpacks to far too much</source><translation>Entpackt wäre die Datei viel zu groß</translation></message>
<message><source>Allow it only if you trust the server</source><translation>Nur erlauben, wenn der Server vertrauenswürdig ist</translation></message>
<message><source>Content ends before its own end</source><translation>Inhalt bricht vor seinem Ende ab</translation></message>
<message><source>Resume to fetch it anew</source><translation>Fortsetzen, um neu herunterzuladen</translation></message>
<message><source>Disk is full</source><translation>Datenträger ist voll</translation></message>
<message><source>Free space, then resume</source><translation>Platz schaffen, dann fortsetzen</translation></message>
<message><source>Folder may not be written to</source><translation>Ordner ist schreibgeschützt</translation></message>
<message><source>Choose another folder</source><translation>Anderen Ordner wählen</translation></message>
<message><source>Folder is missing</source><translation>Ordner fehlt</translation></message>
<message><source>Bring it back, then resume</source><translation>Wieder bereitstellen, dann fortsetzen</translation></message>
<message><source>A file of that name is there already</source><translation>Eine Datei dieses Namens ist schon vorhanden</translation></message>
<message><source>Move it away, then resume</source><translation>Woandershin verschieben, dann fortsetzen</translation></message>
<message><source>Disk reports an error</source><translation>Datenträger meldet einen Fehler</translation></message>
<message><source>Check the disk, then resume</source><translation>Datenträger prüfen, dann fortsetzen</translation></message>
<message><source>Unfinished file was changed</source><translation>Unfertige Datei wurde verändert</translation></message>
<message><source>File is too large for this disk</source><translation>Datei ist zu groß für diesen Datenträger</translation></message>
<message><source>Choose another disk</source><translation>Anderen Datenträger wählen</translation></message>
<message><source>The disk of the unfinished file is gone</source><translation>Datenträger der unfertigen Datei fehlt</translation></message>
<message><source>File cannot be moved to the trash</source><translation>Datei lässt sich nicht in den Papierkorb verschieben</translation></message>
<message><source>It stays where it is; delete it by hand</source><translation>Sie bleibt, wo sie ist; von Hand löschen</translation></message>
<message><source>The list of downloads was damaged</source><translation>Die Liste der Downloads war beschädigt</translation></message>
<message><source>An earlier copy is used; the damaged one is kept</source><translation>Eine frühere Kopie wird verwendet; die beschädigte bleibt erhalten</translation></message>
<message><source>Too many files are open</source><translation>Zu viele Dateien sind geöffnet</translation></message>
<message><source>Resume when other downloads are done</source><translation>Fortsetzen, wenn andere Downloads fertig sind</translation></message>
<message><source>Checksum does not match</source><translation>Prüfsumme stimmt nicht</translation></message>
<message><source>Do not trust it; look for another source</source><translation>Datei nicht vertrauen, andere Quelle suchen</translation></message>
<message><source>Size is not what the server said</source><translation>Größe weicht von der Angabe des Servers ab</translation></message>
<message><source>Its addresses lead to different files</source><translation>Adressen führen zu verschiedenen Dateien</translation></message>
<message><source>Keep the one you trust</source><translation>Die vertrauenswürdige behalten</translation></message>
<message><source>The other program's file cannot be continued</source><translation>Die Datei des anderen Programms lässt sich nicht fortsetzen</translation></message>
<message><source>Resume to fetch all of it; that file stays where it is</source><translation>Fortsetzen, um alles zu laden; jene Datei bleibt, wo sie ist</translation></message>
<message><source>Another program still writes to the file</source><translation>Ein anderes Programm schreibt noch an der Datei</translation></message>
<message><source>End the download there, then resume</source><translation>Den Download dort beenden, dann fortsetzen</translation></message>
<message><source>Headrace made a mistake</source><translation>Headrace hat einen Fehler gemacht</translation></message>
<message><source>Resume to try again, and please report it</source><translation>Erneut versuchen und bitte melden</translation></message>
<message><source>Its login or headers are no longer known</source><translation>Anmeldung oder Header sind nicht mehr bekannt</translation></message>
<message><source>Add it again with them</source><translation>Mit diesen neu hinzufügen</translation></message>
<message><source>Its cookies are no longer known</source><translation>Seine Cookies sind nicht mehr bekannt</translation></message>
<message><source>Give them again, then it goes on</source><translation>Geben Sie sie erneut an, dann geht es weiter</translation></message>
</context>
<context>
<name>Folder</name>
<message><source>Folder to save to</source><translation>Zielordner</translation></message>
<message><source>As the rules say</source><translation>Wie die Regeln es sagen</translation></message>
<message><source>Other folders</source><translation>Andere Ordner</translation></message>
<message><source>Other folders (Alt+Down)</source><translation>Andere Ordner (Alt+Pfeil unten)</translation></message>
<message><source>Browse…</source><translation>Durchsuchen…</translation></message>
<message><source>Write a whole path</source><translation>Vollständigen Pfad angeben</translation></message>
<message><source>{size} too little room</source><translation>{size} zu wenig Platz</translation></message>
<message><source>{size} free</source><translation>{size} frei</translation></message>
<message><source>will be made · {size} free</source><translation>wird angelegt · {size} frei</translation></message>
<message><source>Save downloads to</source><translation>Downloads speichern in</translation></message>
</context>
<context>
<name>HandOver</name>
<message><source>Magnet links are for a torrent client</source><translation>Magnet-Links sind für ein Torrent-Programm</translation></message>
<message><source>Open there</source><translation>Dort öffnen</translation></message>
<message><source>The system has no program for magnet links</source><translation>Das System hat kein Programm für Magnet-Links</translation></message>
<message><source>This page needs yt-dlp, which is not installed. Install it and try again.</source><translation>Diese Seite braucht yt-dlp, das nicht installiert ist. Installieren Sie es und versuchen Sie es erneut.</translation></message>
<message><source>yt-dlp fetches it to {folder}; Headrace does not follow how far it is</source><translation>yt-dlp holt es nach {folder}; wie weit es ist, verfolgt Headrace nicht</translation></message>
<message><source>yt-dlp could not be started</source><translation>yt-dlp konnte nicht gestartet werden</translation></message>
</context>
<context>
<name>History</name>
<message><source>Clear history</source><translation>Verlauf löschen</translation></message>
<message><source>Clear</source><translation>Löschen</translation></message>
<message><source>What is cleared cannot be brought back. Files and the list stay, and so does how much came on which day.</source><translation>Was gelöscht ist, kommt nicht wieder. Dateien und Liste bleiben, und auch, wie viel an welchem Tag kam.</translation></message>
<message><source>&amp;What</source><translation>&amp;Was</translation></message>
<message numerus="yes"><source>What is older than %Ln day(s)</source><translation><numerusform>Was älter ist als %Ln Tag</numerusform><numerusform>Was älter ist als %Ln Tage</numerusform></translation></message>
<message><source>All from {host}</source><translation>Alles von {host}</translation></message>
<message><source>All of it</source><translation>Alles</translation></message>
<message><source>How much came</source><translation>Wie viel kam</translation></message>
<message><source>at most {size}</source><translation>höchstens {size}</translation></message>
<message numerus="yes"><source>%Ln file(s) finished</source><translation><numerusform>%Ln Datei fertig</numerusform><numerusform>%Ln Dateien fertig</numerusform></translation></message>
<message><source>Days</source><translation>Tage</translation></message>
<message><source>Weeks</source><translation>Wochen</translation></message>
<message><source>Months</source><translation>Monate</translation></message>
<message><source>Hosts</source><translation>Server</translation></message>
<message><source>Files</source><translation>Dateien</translation></message>
<message><source>Size</source><translation>Größe</translation></message>
<message><source>Average speed</source><translation>Mittleres Tempo</translation></message>
<message><source>Figures</source><translation>Zahlen</translation></message>
<message numerus="yes"><source>%Ln download(s) forgotten</source><translation><numerusform>%Ln Download vergessen</numerusform><numerusform>%Ln Downloads vergessen</numerusform></translation></message>
<message><source>The history stays as it is: {why}</source><translation>Der Verlauf bleibt, wie er ist: {why}</translation></message>
<message><source>Export the history</source><translation>Verlauf exportieren</translation></message>
<message><source>Table (*.csv)</source><translation>Tabelle (*.csv)</translation></message>
<message><source>JSON (*.json)</source><translation>JSON (*.json)</translation></message>
<message><source>The history is in {name}</source><translation>Der Verlauf steht in {name}</translation></message>
<message><source>History</source><translation>Verlauf</translation></message>
<message><source>Downloads</source><translation>Downloads</translation></message>
<message><source>&amp;Download again</source><translation>Erneut &amp;herunterladen</translation></message>
<message><source>&amp;More</source><translation>&amp;Mehr</translation></message>
<message><source>All</source><translation>Alle</translation></message>
<message><source>Finished</source><translation>Fertig</translation></message>
<message><source>Failed</source><translation>Fehlgeschlagen</translation></message>
<message><source>Removed unfinished</source><translation>Unfertig entfernt</translation></message>
<message><source>How it ended</source><translation>Ausgang</translation></message>
<message><source>Nothing that was remembered is like that</source><translation>Nichts im Verlauf passt dazu</translation></message>
<message><source>Nothing is remembered: the settings say so, page “Downloads”</source><translation>Es wird nichts gemerkt: So steht es in den Einstellungen, Seite „Downloads“</translation></message>
<message><source>Nothing has ended yet. What finishes or fails will be found here.</source><translation>Noch ist nichts beendet. Was fertig wird oder fehlschlägt, findet sich hier.</translation></message>
<message><source>A part of the address was secret and is not kept</source><translation>Ein Teil der Adresse war geheim und ist nicht gespeichert</translation></message>
<message><source>&amp;Open</source><translation>Ö&amp;ffnen</translation></message>
<message><source>Show in &amp;folder</source><translation>Im &amp;Ordner anzeigen</translation></message>
<message><source>&amp;Copy address</source><translation>Adresse &amp;kopieren</translation></message>
<message><source>Find all from this &amp;host</source><translation>Alles von diesem &amp;Server suchen</translation></message>
<message><source>D&amp;elete from history</source><translation>Aus dem Verlauf &amp;löschen</translation></message>
<message><source>&amp;Export…</source><translation>&amp;Exportieren …</translation></message>
<message><source>&amp;Clear history…</source><translation>Verlauf &amp;löschen …</translation></message>
<message><source>Name</source><translation>Name</translation></message>
<message><source>Ended</source><translation>Beendet</translation></message>
<message><source>Speed</source><translation>Tempo</translation></message>
<message><source>Host</source><translation>Server</translation></message>
<message><source>Redirected to {host}</source><translation>Weitergeleitet zu {host}</translation></message>
<message><source>{size} in {time}</source><translation>{size} in {time}</translation></message>
<message><source>Proven by {checksum}</source><translation>Geprüft mit {checksum}</translation></message>
<message><source>{speed} on average</source><translation>im Mittel {speed}</translation></message>
<message><source>Week from {day}</source><translation>Woche ab {day}</translation></message>
</context>
<context>
<name>Hosts</name>
<message><source>As usual</source><translation>Wie üblich</translation></message>
<message><source>Text of your own</source><translation>Eigener Text</translation></message>
<message><source>User agent</source><translation>User-Agent</translation></message>
<message><source>Text of the user agent</source><translation>Text des User-Agents</translation></message>
<message><source>Nothing was learnt of it yet.</source><translation>Darüber wurde noch nichts gelernt.</translation></message>
<message><source>Forget</source><translation>Vergessen</translation></message>
<message><source>Forget what was learnt</source><translation>Gelerntes vergessen</translation></message>
<message><source>Log in…</source><translation>Anmelden …</translation></message>
<message><source>Forget the login</source><translation>Anmeldung vergessen</translation></message>
<message><source>Logins belong to single hosts; there is none for all below one.</source><translation>Anmeldungen gehören zu einzelnen Hosts; für alle darunter gibt es keine.</translation></message>
<message><source>No login for {place}.</source><translation>Keine Anmeldung bei {place}.</translation></message>
<message><source>A token for {place} is there.</source><translation>Ein Token für {place} ist vorhanden.</translation></message>
<message><source>Logged in at {place} as {user}.</source><translation>Bei {place} als {user} angemeldet.</translation></message>
<message><source>The keyring did not forget the login.</source><translation>Der Schlüsselbund hat die Anmeldung nicht vergessen.</translation></message>
<message><source>Host</source><translation>Server</translation></message>
<message><source>Rule</source><translation>Regel</translation></message>
<message><source>Learnt</source><translation>Gelernt</translation></message>
<message><source>Last seen</source><translation>Zuletzt gesehen</translation></message>
<message><source>nothing</source><translation>nichts</translation></message>
<message><source>Rules for a host</source><translation>Regeln für einen Host</translation></message>
<message><source>Apply</source><translation>Anwenden</translation></message>
<message><source>As in the settings</source><translation>Wie in den Einstellungen</translation></message>
<message><source>No limit</source><translation>Kein Limit</translation></message>
<message><source>None</source><translation>Keine</translation></message>
<message><source> s</source><translation> s</translation></message>
<message><source>&amp;Host</source><translation>&amp;Host</translation></message>
<message><source>&amp;Connections in all, at most</source><translation>&amp;Verbindungen insgesamt, max.</translation></message>
<message><source>Of &amp;one download, at most</source><translation>Pro &amp;Download, max.</translation></message>
<message><source>Speed &amp;limit in all</source><translation>Tempo&amp;limit insgesamt</translation></message>
<message><source>&amp;Pause between requests</source><translation>&amp;Pause zwischen Anfragen</translation></message>
<message><source>&amp;User agent</source><translation>&amp;User-Agent</translation></message>
<message><source>Lo&amp;gging in</source><translation>An&amp;melden</translation></message>
<message><source>Further request h&amp;eaders, one a line</source><translation>W&amp;eitere Anfrage-Header, einer pro Zeile</translation></message>
<message><source>&amp;Referrer, the page links are on</source><translation>&amp;Referrer, die Seite mit den Links</translation></message>
<message><source>Pro&amp;xy</source><translation>Pro&amp;xy</translation></message>
<message><source>&amp;Fetch files from the beginning only, without ranges</source><translation>Dateien nur von &amp;Anfang an holen, ohne Bereiche</translation></message>
<message><source>Ask by HTTP/&amp;2, all requests over one connection</source><translation>Per HTTP/&amp;2 anfragen, alle Anfragen über eine Verbindung</translation></message>
<message><source>*.example.org holds for all hosts below example.org as well.</source><translation>*.example.org gilt auch für alle Hosts unterhalb von example.org.</translation></message>
<message><source>HTTP/2 needs an extra: {command}</source><translation>HTTP/2 braucht eine Erweiterung: {command}</translation></message>
<message><source>There is a rule for {host} already.</source><translation>Für {host} gibt es schon eine Regel.</translation></message>
<message><source>Write a host such as example.org, *.example.org or nas.lan:8080.</source><translation>Einen Host wie example.org, *.example.org oder nas.lan:8080 angeben.</translation></message>
<message><source>A user agent is one line of plain letters.</source><translation>Ein User-Agent ist eine Zeile aus einfachen Zeichen.</translation></message>
<message><source>Write the referrer as https://example.org/page, without a login.</source><translation>Den Referrer in der Form https://example.org/page angeben, ohne Anmeldung.</translation></message>
<message><source>This value cannot be used.</source><translation>Dieser Wert ist nicht möglich.</translation></message>
<message><source>{name} may carry a secret, and rules are kept in clear. Logins belong to “Log in…”, cookies to the cookies.txt of the settings, others to the headers of a download.</source><translation>{name} kann ein Geheimnis enthalten, und Regeln werden im Klartext gespeichert. Anmeldungen gehören zu „Anmelden …“, Cookies in die cookies.txt der Einstellungen, andere in die Header eines Downloads.</translation></message>
<message><source>Hosts</source><translation>Server</translation></message>
<message><source>No host has a rule, and nothing was learnt of any yet</source><translation>Kein Host hat eine Regel, und über keinen wurde bisher etwas gelernt</translation></message>
<message><source>No host is found</source><translation>Kein Host gefunden</translation></message>
<message><source>Search hosts</source><translation>Hosts durchsuchen</translation></message>
<message><source>What you want of single servers, and what was learnt of them. The most specific rule holds.</source><translation>Was für einzelne Server gelten soll, und was über sie gelernt wurde. Es gilt die genaueste Regel.</translation></message>
<message><source>&amp;Add rule…</source><translation>Regel hinzu&amp;fügen …</translation></message>
<message><source>&amp;Edit rule…</source><translation>Regel &amp;bearbeiten …</translation></message>
<message><source>&amp;Remove rule</source><translation>Regel &amp;entfernen</translation></message>
<message><source>&amp;Forget what was learnt</source><translation>&amp;Gelerntes vergessen</translation></message>
<message><source>Forget a&amp;ll of it</source><translation>A&amp;lles vergessen</translation></message>
<message><source>Close</source><translation>Schließen</translation></message>
<message><source>Undo</source><translation>Rückgängig</translation></message>
<message><source>The rule for {host} is removed.</source><translation>Die Regel für {host} ist entfernt.</translation></message>
<message><source>What was learnt of {host} is forgotten.</source><translation>Was über {host} gelernt wurde, ist vergessen.</translation></message>
<message numerus="yes"><source>What was learnt of %Ln host(s) is forgotten.</source><translation><numerusform>Was über %Ln Host gelernt wurde, ist vergessen.</numerusform><numerusform>Was über %Ln Hosts gelernt wurde, ist vergessen.</numerusform></translation></message>
<message><source>directly</source><translation>direkt</translation></message>
<message><source>as the system does</source><translation>wie das System</translation></message>
<message><source>as the environment says</source><translation>wie es die Umgebung sagt</translation></message>
<message><source>By my Kerberos ticket</source><translation>Mit meinem Kerberos-Ticket</translation></message>
<message><source>By password, readably (Basic)</source><translation>Mit Passwort, lesbar (Basic)</translation></message>
<message><source>Holds for {host} and all hosts below it, together.</source><translation>Gilt für {host} und alle Hosts darunter, gemeinsam.</translation></message>
<message><source>Holds for {host} alone.</source><translation>Gilt nur für {host}.</translation></message>
<message><source>nothing special</source><translation>nichts Besonderes</translation></message>
<message><source>as {host}</source><translation>wie {host}</translation></message>
<message numerus="yes"><source>%Ln connection(s)</source><translation><numerusform>%Ln Verbindung</numerusform><numerusform>%Ln Verbindungen</numerusform></translation></message>
<message numerus="yes"><source>%Ln per download</source><translation><numerusform>%Ln pro Download</numerusform><numerusform>%Ln pro Download</numerusform></translation></message>
<message><source>pause of {seconds} s</source><translation>Pause von {seconds} s</translation></message>
<message><source>referrer</source><translation>Referrer</translation></message>
<message numerus="yes"><source>%Ln header(s)</source><translation><numerusform>%Ln Header</numerusform><numerusform>%Ln Header</numerusform></translation></message>
<message><source>by {proxy}</source><translation>über {proxy}</translation></message>
<message><source>no ranges</source><translation>keine Bereiche</translation></message>
<message numerus="yes"><source>%Ln connection(s) helped a download</source><translation><numerusform>%Ln Verbindung half einem Download</numerusform><numerusform>%Ln Verbindungen halfen einem Download</numerusform></translation></message>
<message numerus="yes"><source>bore %Ln connection(s) when it refused more</source><translation><numerusform>ertrug %Ln Verbindung, als er mehr ablehnte</numerusform><numerusform>ertrug %Ln Verbindungen, als er mehr ablehnte</numerusform></translation></message>
<message><source>its tags change although files do not</source><translation>seine Tags ändern sich, obwohl Dateien gleich bleiben</translation></message>
<message><source>answered a range wrongly ({when})</source><translation>antwortete falsch auf einen Bereich ({when})</translation></message>
<message><source>asks to be left alone for {time}</source><translation>bittet um Ruhe für {time}</translation></message>
<message><source>asked to be left alone until {when}</source><translation>bat um Ruhe bis {when}</translation></message>
</context>
<context>
<name>Hours</name>
<message><source>Hours of the week</source><translation>Stunden der Woche</translation></message>
<message><source>marked</source><translation>markiert</translation></message>
<message><source>not marked</source><translation>nicht markiert</translation></message>
</context>
<context>
<name>Limit</name>
<message><source>Speed limit</source><translation>Tempolimit</translation></message>
<message><source>Limit</source><translation>Begrenzen</translation></message>
<message><source>All downloads together take at most</source><translation>Alle Downloads zusammen höchstens</translation></message>
<message><source>Speed limit in megabytes per second</source><translation>Tempolimit in Megabyte pro Sekunde</translation></message>
<message><source> MB/s</source><translation> MB/s</translation></message>
</context>
<context>
<name>List</name>
<message><source>High</source><translation>Hoch</translation></message>
<message><source>Normal</source><translation>Normal</translation></message>
<message><source>Low</source><translation>Niedrig</translation></message>
<message><source>Main queue</source><translation>Hauptwarteschlange</translation></message>
<message><source>{checksum} verified</source><translation>{checksum} geprüft</translation></message>
<message><source>{checksum} expected</source><translation>{checksum} erwartet</translation></message>
<message><source>Name</source><translation>Name</translation></message>
<message><source>Progress</source><translation>Fortschritt</translation></message>
<message><source>Size</source><translation>Größe</translation></message>
<message><source>Speed</source><translation>Tempo</translation></message>
<message><source>Time left</source><translation>Restzeit</translation></message>
<message><source>Added</source><translation>Hinzugefügt</translation></message>
<message><source>Finished</source><translation>Fertig</translation></message>
<message><source>Host</source><translation>Host</translation></message>
<message><source>Folder</source><translation>Ordner</translation></message>
<message><source>Category</source><translation>Kategorie</translation></message>
<message><source>Queue</source><translation>Warteschlange</translation></message>
<message><source>Priority</source><translation>Priorität</translation></message>
<message><source>Average speed</source><translation>Ø Tempo</translation></message>
<message><source>Connections</source><translation>Verbindungen</translation></message>
<message><source>Checksum</source><translation>Prüfsumme</translation></message>
<message><source>Limit</source><translation>Limit</translation></message>
<message><source>{first}. {second}</source><extracomment>The two lines of the empty list, for screen readers</extracomment><translation>{first}. {second}</translation></message>
<message><source>Which downloads to show</source><translation>Welche Downloads angezeigt werden</translation></message>
<message><source>Release queue</source><translation>Warteschlange freigeben</translation></message>
<message><source>Hold queue</source><translation>Warteschlange anhalten</translation></message>
<message><source>Queue options…</source><translation>Optionen der Warteschlange…</translation></message>
<message><source>Rename queue…</source><translation>Warteschlange umbenennen…</translation></message>
<message><source>Remove queue</source><translation>Warteschlange entfernen</translation></message>
<message><source>Change categories…</source><translation>Kategorien ändern…</translation></message>
<message><source>Add queue…</source><translation>Warteschlange hinzufügen…</translation></message>
<message><source>Columns</source><translation>Spalten</translation></message>
<message><source>Show all</source><translation>Alle anzeigen</translation></message>
<message><source>Fit to content</source><translation>An Inhalt anpassen</translation></message>
<message><source>Usual columns</source><translation>Standardspalten</translation></message>
<message><source>Sort by</source><translation>Sortieren nach</translation></message>
<message><source>Sort in queue order</source><translation>In Reihenfolge der Warteschlange</translation></message>
<message><source>Pause</source><translation>Pausieren</translation></message>
<message><source>Resume</source><translation>Fortsetzen</translation></message>
<message><source>Try again</source><translation>Erneut versuchen</translation></message>
<message><source>Try now</source><translation>Jetzt versuchen</translation></message>
<message><source>Paste a new link</source><translation>Neuen Link einfügen</translation></message>
<message><source>Log in</source><translation>Anmelden</translation></message>
<message><source>Show the certificate</source><translation>Zertifikat zeigen</translation></message>
<message><source>Give its cookies again</source><translation>Seine Cookies erneut angeben</translation></message>
<message><source>Show the host key</source><translation>Host-Schlüssel zeigen</translation></message>
<message><source>End recording and keep it</source><translation>Aufzeichnung beenden und behalten</translation></message>
<message><source>Open</source><translation>Öffnen</translation></message>
<message><source>Download again</source><translation>Erneut herunterladen</translation></message>
<message><source>Show in folder</source><translation>Im Ordner anzeigen</translation></message>
<message><source>Sort in queue order to arrange rows by dragging</source><translation>Zum Umordnen durch Ziehen in Reihenfolge der Warteschlange sortieren</translation></message>
<message><source>Categories</source><translation>Kategorien</translation></message>
<message><source>Queues</source><translation>Warteschlangen</translation></message>
<message><source>Watched</source><translation>Beobachtet</translation></message>
<message><source>{section}, folded</source><translation>{section}, eingeklappt</translation></message>
<message><source>{section}, open</source><translation>{section}, ausgeklappt</translation></message>
<message><source>{group}, held, {downloads}</source><translation>{group}, angehalten, {downloads}</translation></message>
<message><source>{group}, {downloads}: {why}</source><extracomment>What a line of the sidebar says, such as "Night, 3 downloads: Waiting for the hours of its queue"</extracomment><translation>{group}, {downloads}: {why}</translation></message>
<message><source>{group}, {downloads}</source><extracomment>What a line of the sidebar says, such as "Paused, 3 downloads"</extracomment><translation>{group}, {downloads}</translation></message>
<message><source>Click to sort, Shift+click to sort by several columns</source><translation>Klick sortiert, Umschalt+Klick sortiert nach mehreren Spalten</translation></message>
<message><source>{column}, sorted downwards</source><translation>{column}, absteigend sortiert</translation></message>
<message><source>{column}, sorted upwards</source><translation>{column}, aufsteigend sortiert</translation></message>
<message><source>Downloads</source><translation>Downloads</translation></message>
</context>
<context>
<name>Lists</name>
<message><source>{name} could not be written: {why}</source><translation>{name} konnte nicht geschrieben werden: {why}</translation></message>
<message><source>Lists ({endings})</source><translation>Listen ({endings})</translation></message>
<message><source>Open lists</source><translation>Listen öffnen</translation></message>
<message><source>All files (*)</source><translation>Alle Dateien (*)</translation></message>
<message><source>Export the list</source><translation>Liste exportieren</translation></message>
<message><source>Unfinished files ({endings})</source><translation>Unfertige Dateien ({endings})</translation></message>
<message><source>Take over an unfinished file</source><translation>Unfertige Datei übernehmen</translation></message>
<message numerus="yes"><source>%Ln download(s) exported to {name}</source><translation><numerusform>%Ln Download nach {name} exportiert</numerusform><numerusform>%Ln Downloads nach {name} exportiert</numerusform></translation></message>
<message><source>The file cannot be read</source><translation>Die Datei kann nicht gelesen werden</translation></message>
</context>
<context>
<name>Live</name>
<message><source>Lines of the file</source><translation>Zeilen der Datei</translation></message>
<message><source>The expression takes too long on some lines; find a simpler one</source><translation>Der Ausdruck braucht bei manchen Zeilen zu lange; bitte einfacher fassen</translation></message>
<message><source>Paused</source><translation>Pausiert</translation></message>
<message><source>To the end</source><translation>Zum Ende</translation></message>
<message><source>Show anyway</source><translation>Trotzdem anzeigen</translation></message>
<message><source>Not a regular expression, at character {place}: {what}</source><translation>Kein regulärer Ausdruck, bei Zeichen {place}: {what}</translation></message>
<message><source>Find in the lines</source><translation>In den Zeilen suchen</translation></message>
<message><source>Aa</source><extracomment>A button that tells capital letters from small ones</extracomment><translation>Aa</translation></message>
<message><source>Match case</source><extracomment>A button that tells capital letters from small ones</extracomment><translation>Groß-/Kleinschreibung beachten</translation></message>
<message><source>Regular expression</source><extracomment>A button that tells capital letters from small ones</extracomment><translation>Regulärer Ausdruck</translation></message>
<message><source>Only matching lines</source><extracomment>A button that tells capital letters from small ones</extracomment><translation>Nur Trefferzeilen</translation></message>
<message><source>Show only matching lines</source><extracomment>A button that tells capital letters from small ones</extracomment><translation>Nur Trefferzeilen anzeigen</translation></message>
<message><source>Show from the beginning</source><translation>Von Anfang an anzeigen</translation></message>
<message><source>Wrap long lines</source><translation>Lange Zeilen umbrechen</translation></message>
<message><source>Clear the view</source><translation>Ansicht leeren</translation></message>
<message><source>Automatic</source><translation>Automatisch</translation></message>
<message><source>Stop saving</source><translation>Speichern abbrechen</translation></message>
<message><source>Save matches as…</source><translation>Treffer speichern unter…</translation></message>
<message><source>Save all matching lines of the file so far as…</source><translation>Alle bisherigen Trefferzeilen der Datei speichern unter…</translation></message>
<message><source>Go on showing new lines</source><translation>Neue Zeilen weiter anzeigen</translation></message>
<message><source>Pause the view</source><translation>Ansicht pausieren</translation></message>
<message><source>Encoding: {name}</source><translation>Zeichenkodierung: {name}</translation></message>
<message><source>Encoding: automatic, {name}</source><translation>Zeichenkodierung: automatisch, {name}</translation></message>
<message><source>{name} matches.txt</source><translation>{name} Treffer.txt</translation></message>
<message><source>Save matches</source><translation>Treffer speichern</translation></message>
<message><source>Saving to {name}…</source><translation>Wird in {name} gespeichert…</translation></message>
<message><source>{name} is the download itself; choose another name</source><translation>{name} ist der Download selbst; bitte einen anderen Namen wählen</translation></message>
<message><source>{name} could not be saved</source><translation>{name} konnte nicht gespeichert werden</translation></message>
<message><source>Nothing was saved</source><translation>Nichts wurde gespeichert</translation></message>
<message numerus="yes"><source>%Ln line(s) saved to {name}</source><translation><numerusform>%Ln Zeile in {name} gespeichert</numerusform><numerusform>%Ln Zeilen in {name} gespeichert</numerusform></translation></message>
<message><source>{size} before this are not shown</source><translation>{size} davor werden nicht angezeigt</translation></message>
<message><source>{size} came too fast to be shown</source><translation>{size} kamen zu schnell, um angezeigt zu werden</translation></message>
<message><source>The file was begun anew</source><translation>Die Datei wurde neu begonnen</translation></message>
<message><source>The recording goes on in the next file</source><translation>Die Aufzeichnung geht in der nächsten Datei weiter</translation></message>
<message><source>Unicode (UTF-8)</source><translation>Unicode (UTF-8)</translation></message>
<message><source>Unicode (UTF-16)</source><translation>Unicode (UTF-16)</translation></message>
<message><source>Western European (Windows-1252)</source><translation>Westeuropäisch (Windows-1252)</translation></message>
<message><source>Western European (ISO-8859-15)</source><translation>Westeuropäisch (ISO-8859-15)</translation></message>
<message><source>Central European (Windows-1250)</source><translation>Mitteleuropäisch (Windows-1250)</translation></message>
<message><source>Cyrillic (Windows-1251)</source><translation>Kyrillisch (Windows-1251)</translation></message>
<message><source>Cyrillic (KOI8-R)</source><translation>Kyrillisch (KOI8-R)</translation></message>
<message><source>Greek (Windows-1253)</source><translation>Griechisch (Windows-1253)</translation></message>
<message><source>Turkish (Windows-1254)</source><translation>Türkisch (Windows-1254)</translation></message>
<message><source>Hebrew (Windows-1255)</source><translation>Hebräisch (Windows-1255)</translation></message>
<message><source>Arabic (Windows-1256)</source><translation>Arabisch (Windows-1256)</translation></message>
<message><source>Japanese (Shift JIS)</source><translation>Japanisch (Shift JIS)</translation></message>
<message><source>Japanese (EUC-JP)</source><translation>Japanisch (EUC-JP)</translation></message>
<message><source>Simplified Chinese (GB18030)</source><translation>Chinesisch, vereinfacht (GB18030)</translation></message>
<message><source>Traditional Chinese (Big5)</source><translation>Chinesisch, traditionell (Big5)</translation></message>
<message><source>Korean (EUC-KR)</source><translation>Koreanisch (EUC-KR)</translation></message>
<message><source>The file is not there</source><translation>Die Datei ist nicht vorhanden</translation></message>
<message><source>This file is not text</source><translation>Diese Datei ist kein Text</translation></message>
<message><source>Waiting for the next line</source><translation>Wartet auf die nächste Zeile</translation></message>
<message><source>There is no line to show</source><translation>Keine Zeile anzuzeigen</translation></message>
<message><source>The file cannot be read</source><translation>Die Datei kann nicht gelesen werden</translation></message>
<message numerus="yes"><source>%Ln line(s)</source><translation><numerusform>%Ln Zeile</numerusform><numerusform>%Ln Zeilen</numerusform></translation></message>
<message numerus="yes"><source>%Ln new line(s)</source><translation><numerusform>%Ln neue Zeile</numerusform><numerusform>%Ln neue Zeilen</numerusform></translation></message>
<message numerus="yes"><source>%Ln matching line(s)</source><translation><numerusform>%Ln Trefferzeile</numerusform><numerusform>%Ln Trefferzeilen</numerusform></translation></message>
<message><source>Choose a download to see its text as it arrives</source><translation>Download auswählen, um seinen Text beim Eintreffen zu sehen</translation></message>
<message><source>Nothing has arrived yet</source><translation>Noch nichts angekommen</translation></message>
<message><source>No line matches</source><translation>Keine Treffer</translation></message>
</context>
<context>
<name>Login</name>
<message><source>Log in</source><translation>Anmelden</translation></message>
<message><source>&amp;Keep it in the system's keyring</source><translation>Im &amp;Schlüsselbund des Systems behalten</translation></message>
<message><source>&amp;User name</source><translation>&amp;Benutzername</translation></message>
<message><source>&amp;Password, or token</source><translation>&amp;Passwort oder Token</translation></message>
<message><source>The login before was refused.</source><translation>Die vorige Anmeldung wurde abgelehnt.</translation></message>
<message><source>Install this first, in a terminal</source><translation>Zuerst in einem Terminal installieren</translation></message>
<message><source>Type a name and a password, or a token.</source><translation>Geben Sie Name und Passwort ein, oder ein Token.</translation></message>
<message><source>There are too many rules for hosts.</source><translation>Es gibt zu viele Regeln für Hosts.</translation></message>
<message><source>The keyring does not keep the login; it is used until Headrace ends.</source><translation>Der Schlüsselbund behält die Anmeldung nicht; sie gilt, bis Headrace endet.</translation></message>
<message><source>The server {place} asks for a login.</source><translation>Der Server {place} verlangt eine Anmeldung.</translation></message>
<message><source>A login for {place}, for all downloads from there.</source><translation>Eine Anmeldung bei {place}, für alle Downloads von dort.</translation></message>
<message><source>The proxy {place} asks for a login.</source><translation>Der Proxy {place} verlangt eine Anmeldung.</translation></message>
<message><source>Your Kerberos ticket could not be used: {why}.</source><translation>Ihr Kerberos-Ticket konnte nicht verwendet werden: {why}.</translation></message>
<message numerus="yes"><source>%Ln download(s) wait for it.</source><translation><numerusform>%Ln Download wartet darauf.</numerusform><numerusform>%Ln Downloads warten darauf.</numerusform></translation></message>
<message><source>Others on the way may read it, unless the server offers TLS.</source><translation>Andere auf dem Weg können mitlesen, außer der Server bietet TLS an.</translation></message>
<message><source>The connection is not encrypted: others on the way may read it.</source><translation>Die Verbindung ist nicht verschlüsselt: Andere auf dem Weg können mitlesen.</translation></message>
<message><source>Show my Kerberos &amp;ticket to {host}</source><translation>{host} mein Kerberos-&amp;Ticket zeigen</translation></message>
<message><source>Send the password &amp;readably (Basic), though safer ways are offered</source><translation>Passwort &amp;lesbar senden (Basic), obwohl Sichereres angeboten wird</translation></message>
</context>
<context>
<name>Names</name>
<message><source>Write a name.</source><translation>Bitte einen Namen eingeben.</translation></message>
<message><source>A name has no slashes. The folder is chosen apart from it.</source><translation>Ein Name enthält keine Schrägstriche. Der Ordner wird getrennt davon gewählt.</translation></message>
<message><source>The name holds a character that cannot be seen.</source><translation>Der Name enthält ein unsichtbares Zeichen.</translation></message>
<message><source>A name cannot hold any of &lt; &gt; : " | ? *</source><translation>Diese Zeichen sind in Namen nicht möglich: &lt; &gt; : " | ? *</translation></message>
<message><source>A name cannot end with a dot or a space.</source><translation>Ein Name darf nicht mit einem Punkt oder Leerzeichen enden.</translation></message>
<message><source>Windows keeps this name for itself. Put _ before it.</source><translation>Windows behält diesen Namen für sich. Ein _ davor hilft.</translation></message>
<message><source>The name is too long. 255 bytes are the most a disk takes.</source><translation>Der Name ist zu lang. Datenträger erlauben höchstens 255 Bytes.</translation></message>
</context>
<context>
<name>Notices</name>
<message><source>fetched anew: the file on the server had changed</source><translation>neu geladen: Datei auf dem Server hatte sich geändert</translation></message>
<message><source>fetched anew: the server cannot resume safely</source><translation>neu geladen: Server kann nicht sicher fortsetzen</translation></message>
<message><source>fetched anew: the unfinished file was missing or changed</source><translation>neu geladen: unfertige Datei fehlte oder war verändert</translation></message>
<message><source>length unknown</source><translation>Länge unbekannt</translation></message>
<message><source>skipped, a file of that name was there already</source><translation>übersprungen, eine Datei dieses Namens war schon vorhanden</translation></message>
<message><source>joins compared, the server names no version</source><translation>Nahtstellen verglichen, Server nennt keine Version</translation></message>
<message><source>altered blocks on disk fetched again</source><translation>veränderte Blöcke erneut geladen</translation></message>
<message><source>saved as it came, though labelled compressed</source><translation>unverändert gespeichert, obwohl als komprimiert bezeichnet</translation></message>
<message><source>the server calls it another kind of file</source><translation>Server nennt eine andere Dateiart</translation></message>
<message><source>misleading characters removed from the name</source><translation>irreführende Zeichen aus dem Namen entfernt</translation></message>
<message><source>checksum shows accidents, not forgeries</source><translation>Prüfsumme erkennt Zufallsfehler, keine Fälschungen</translation></message>
<message><source>one address was given up</source><translation>eine Adresse wurde aufgegeben</translation></message>
<message><source>the disk cannot set room aside</source><translation>Datenträger kann keinen Platz reservieren</translation></message>
<message><source>the feed was interrupted</source><translation>Übertragung war unterbrochen</translation></message>
<message><source>ended on request</source><translation>auf Wunsch beendet</translation></message>
<message><source>not marked with its origin</source><translation>Herkunft nicht gekennzeichnet</translation></message>
<message><source>fetched anew: what another program had left was not right</source><translation>neu geladen: Was ein anderes Programm hinterlassen hatte, war nicht richtig</translation></message>
<message><source>partly another program's, compared in samples</source><translation>teils von einem anderen Programm, in Stichproben verglichen</translation></message>
</context>
<context>
<name>Outcome</name>
<message><source>{name} is right, proved by {proof}</source><translation>{name} ist in Ordnung, belegt durch {proof}</translation></message>
<message><source>{name} has the right size; nothing more is known of it</source><translation>{name} hat die richtige Größe; mehr ist nicht bekannt</translation></message>
<message><source>{name} is not the file any more that was downloaded</source><translation>{name} ist nicht mehr die Datei, die heruntergeladen wurde</translation></message>
<message><source>{name} is no longer in {folder}</source><translation>{name} ist nicht mehr in {folder}</translation></message>
<message><source>{name} cannot be read</source><translation>{name} kann nicht gelesen werden</translation></message>
<message><source>Nothing is known of {name} to compare it with</source><translation>Zu {name} ist nichts bekannt, womit sich vergleichen ließe</translation></message>
<message><source>{name} was not read to its end</source><translation>{name} wurde nicht zu Ende gelesen</translation></message>
<message><source>{name}: {what}. {advice}</source><translation>{name}: {what}. {advice}</translation></message>
<message><source>Renamed to {name}</source><translation>Umbenannt in {name}</translation></message>
<message><source>{name} is in {folder} now</source><translation>{name} ist jetzt in {folder}</translation></message>
<message><source>{sentence}: it differs from byte {start} on</source><translation>{sentence}: Abweichung ab Byte {start}</translation></message>
<message><source>the digests Headrace kept of it</source><translation>die von Headrace aufbewahrten Prüfwerte</translation></message>
</context>
<context>
<name>Properties</name>
<message><source>As in the settings</source><translation>Wie in den Einstellungen</translation></message>
<message><source>Nothing</source><translation>Nichts</translation></message>
<message><source>Open it</source><translation>Öffnen</translation></message>
<message><source>Extract it</source><translation>Entpacken</translation></message>
<message><source>Extract it and open the folder</source><translation>Entpacken und den Ordner öffnen</translation></message>
<message><source>Extract it, then the archive goes to the trash</source><translation>Entpacken, danach das Archiv in den Papierkorb</translation></message>
<message><source>Play a sound</source><translation>Einen Ton abspielen</translation></message>
<message><source>When it is &amp;there</source><translation>Wenn die &amp;Datei da ist</translation></message>
<message><source>Write the proxy as http://proxy.example:3128, or “direct” for none.</source><translation>Schreiben Sie den Proxy als http://proxy.example:3128 oder „direct“ für keinen.</translation></message>
<message><source>Write each header as Name: value. Headrace itself sets Range, Host and the like.</source><translation>Jeden Header in der Form Name: value angeben. Range, Host und Ähnliches setzt Headrace selbst.</translation></message>
<message><source>High</source><translation>Hoch</translation></message>
<message><source>Normal</source><translation>Normal</translation></message>
<message><source>Low</source><translation>Niedrig</translation></message>
<message><source>Properties</source><translation>Eigenschaften</translation></message>
<message><source>Apply</source><translation>Anwenden</translation></message>
<message><source>No limit of its own</source><translation>Kein eigenes Limit</translation></message>
<message><source>By type</source><translation>Nach Dateityp</translation></message>
<message><source>Main queue</source><translation>Hauptwarteschlange</translation></message>
<message><source>such as sha256:…</source><translation>etwa sha256:…</translation></message>
<message><source>unchanged</source><translation>unverändert</translation></message>
<message><source>&amp;Category</source><translation>&amp;Kategorie</translation></message>
<message><source>C&amp;onnections at most</source><translation>Max. &amp;Verbindungen</translation></message>
<message><source>Speed &amp;limit</source><translation>Tempo&amp;limit</translation></message>
<message><source>&amp;Priority</source><translation>&amp;Priorität</translation></message>
<message><source>&amp;Queue</source><translation>Warteschlan&amp;ge</translation></message>
<message><source>Expected c&amp;hecksum</source><translation>Erwartete Prüfs&amp;umme</translation></message>
<message><source>Pro&amp;xy</source><translation>Pro&amp;xy</translation></message>
<message><source>Coo&amp;kies</source><translation>Coo&amp;kies</translation></message>
<message><source>&amp;Request headers, one a line</source><translation>Anfrage-&amp;Header, einer pro Zeile</translation></message>
<message><source>Various: left as they are</source><translation>Verschieden, bleibt so</translation></message>
<message><source>This is not a checksum. Write it as sha256: and 64 digits from 0 to f.</source><translation>Das ist keine Prüfsumme. Erwartet wird sha256: und 64 Stellen von 0 bis f.</translation></message>
<message><source>This value cannot be used.</source><translation>Dieser Wert ist nicht möglich.</translation></message>
</context>
<context>
<name>Questions</name>
<message><source>Delete for good</source><translation>Endgültig löschen</translation></message>
<message><source>What is deleted so does not go to the trash.</source><translation>So Gelöschtes kommt nicht in den Papierkorb.</translation></message>
<message><source>Delete</source><translation>Löschen</translation></message>
<message><source>Cancel</source><translation>Abbrechen</translation></message>
<message><source>Delete “{name}” for good?</source><translation>„{name}“ endgültig löschen?</translation></message>
<message numerus="yes"><source>Delete %Ln download(s) with their files for good?</source><translation><numerusform>%Ln Download mit seiner Datei endgültig löschen?</numerusform><numerusform>%Ln Downloads mit ihren Dateien endgültig löschen?</numerusform></translation></message>
<message><source>About Headrace</source><translation>Über Headrace</translation></message>
<message><source>A download manager that proves every byte it writes.</source><translation>Ein Download-Manager, der jedes geschriebene Byte nachprüft.</translation></message>
<message><source>Close</source><translation>Schließen</translation></message>
</context>
<context>
<name>Queues</name>
<message><source>Queue options</source><translation>Optionen der Warteschlange</translation></message>
<message><source>Apply</source><translation>Anwenden</translation></message>
<message><source>Speed &amp;limit</source><translation>Tempo&amp;limit</translation></message>
<message><source>Downloads at &amp;once</source><translation>Downloads &amp;zugleich</translation></message>
<message><source>Starts downloads, and stops them &amp;after</source><translation>Startet Downloads und hält sie d&amp;anach an</translation></message>
<message><source>&amp;Folder</source><translation>&amp;Ordner</translation></message>
<message><source>No limit of its own</source><translation>Kein eigenes Limit</translation></message>
<message><source>As many as in all</source><translation>So viele wie insgesamt</translation></message>
<message><source>The folder for downloads</source><translation>Der Ordner für Downloads</translation></message>
<message><source>Hours</source><translation>Stunden</translation></message>
<message><source>Write the whole path of the folder, from the root.</source><translation>Den vollständigen Pfad des Ordners angeben, von der Wurzel an.</translation></message>
<message><source>Name of the queue</source><translation>Name der Warteschlange</translation></message>
<message><source>Add queue</source><translation>Warteschlange hinzufügen</translation></message>
<message><source>Rename queue</source><translation>Warteschlange umbenennen</translation></message>
<message><source>Removed the queue {queue}</source><translation>Warteschlange {queue} entfernt</translation></message>
<message><source>Undo</source><translation>Rückgängig</translation></message>
<message numerus="yes"><source>%Ln download(s) moved to {place}</source><translation><numerusform>%Ln Download nach „{place}“ verschoben</numerusform><numerusform>%Ln Downloads nach „{place}“ verschoben</numerusform></translation></message>
</context>
<context>
<name>Readdress</name>
<message><source>Change address</source><translation>Adresse ändern</translation></message>
<message><source>Go on from there</source><translation>Von dort fortsetzen</translation></message>
<message><source>New address of {name}</source><translation>Neue Adresse von {name}</translation></message>
<message><source>Open the server's page in the browser</source><translation>Seite des Servers im Browser öffnen</translation></message>
<message><source>This is not an address. It begins with https:// or http://.</source><translation>Das ist keine Adresse. Sie beginnt mit https:// oder http://.</translation></message>
<message><source>This download runs or is done already, or another one has this address.</source><translation>Dieser Download läuft oder ist schon fertig, oder ein anderer hat diese Adresse.</translation></message>
<message><source>Paste a fresh link to the same file.</source><translation>Einen neuen Link zu derselben Datei einfügen.</translation></message>
<message><source>Paste a fresh link to the same file. The {size} that are here stay; they are compared with what the new address has before anything is added to them.</source><translation>Einen neuen Link zu derselben Datei einfügen. Die vorhandenen {size} bleiben; sie werden mit der neuen Adresse verglichen, bevor etwas dazukommt.</translation></message>
</context>
<context>
<name>Relocate</name>
<message><source>Move to another folder</source><translation>In anderen Ordner verschieben</translation></message>
<message><source>Move</source><translation>Verschieben</translation></message>
<message><source>What has arrived goes along, and downloads that run go on there.</source><translation>Was schon da ist, zieht mit um; laufende Downloads gehen dort weiter.</translation></message>
<message><source>Write the whole path of a folder.</source><translation>Bitte den vollständigen Pfad eines Ordners angeben.</translation></message>
<message><source>New folder of {what}</source><translation>Neuer Ordner für {what}</translation></message>
</context>
<context>
<name>Rename</name>
<message><source>Name of the file</source><translation>Name der Datei</translation></message>
<message><source>This name cannot be used.</source><translation>Dieser Name ist nicht möglich.</translation></message>
<message><source>Rename</source><translation>Umbenennen</translation></message>
</context>
<context>
<name>Rules</name>
<message><source>There is no {part}. There are {fields}.</source><translation>{part} gibt es nicht. Es gibt {fields}.</translation></message>
<message><source>Behind a colon there is only the form of a date, such as {example}.</source><translation>Hinter einem Doppelpunkt steht nur die Form eines Datums, etwa {example}.</translation></message>
<message><source>A brace is open, or there is one too many.</source><translation>Eine geschweifte Klammer ist offen, oder eine ist zu viel.</translation></message>
<message><source>{path} stands for several folders: write it alone between two slashes.</source><translation>{path} steht für mehrere Ordner: Schreiben Sie es allein zwischen zwei Schrägstriche.</translation></message>
<message><source>Write a whole path, or folders below the one for downloads.</source><translation>Schreiben Sie einen ganzen Pfad oder Ordner unterhalb des Download-Ordners.</translation></message>
<message><source>Not every system can have a folder called “{part}”.</source><translation>Nicht jedes System kann einen Ordner namens „{part}“ haben.</translation></message>
<message><source>{counter} numbers files, and can be no part of a folder.</source><translation>{counter} nummeriert Dateien und kann nicht Teil eines Ordners sein.</translation></message>
<message><source>A name holds no slashes. Folders belong into the field above.</source><translation>Ein Name enthält keine Schrägstriche. Ordner gehören in das Feld darüber.</translation></message>
<message><source>Without a field such as {name} all files would have the same name.</source><translation>Ohne ein Feld wie {name} hätten alle Dateien denselben Namen.</translation></message>
<message><source>A regular expression has {number} characters at most.</source><translation>Ein regulärer Ausdruck hat höchstens {number} Zeichen.</translation></message>
<message><source>This is no regular expression: {part}</source><translation>Das ist kein regulärer Ausdruck: {part}</translation></message>
<message><source>There is a {part} already. Give the group another name.</source><translation>{part} gibt es schon. Geben Sie der Gruppe einen anderen Namen.</translation></message>
<message><source>This expression may take too long. Let no two ways of a repeat fit the same text, as in {example}.</source><translation>Dieser Ausdruck kann zu lange brauchen. In einer Wiederholung sollten nicht zwei Wege auf denselben Text passen wie in {example}.</translation></message>
<message><source>Rule {number}</source><translation>Regel {number}</translation></message>
<message><source>everything</source><translation>alles</translation></message>
<message><source>the folder for downloads</source><translation>der Ordner für Downloads</translation></message>
<message><source>{what} → {where}</source><translation>{what} → {where}</translation></message>
<message><source>Change {name}</source><translation>{name} ändern</translation></message>
<message><source>Remove {name}</source><translation>{name} entfernen</translation></message>
<message><source>Endings</source><translation>Endungen</translation></message>
<message><source>Folder</source><translation>Ordner</translation></message>
<message><source>{name} is removed.</source><translation>{name} ist entfernt.</translation></message>
<message><source>Any</source><translation>Beliebig</translation></message>
<message><source>As it is</source><translation>Wie es ist</translation></message>
<message><source>Write a size such as 700M or 2GiB.</source><translation>Schreiben Sie eine Größe wie 700M oder 2GiB.</translation></message>
<message><source>Name of the rule</source><translation>Name der Regel</translation></message>
<message><source>Types of files</source><translation>Dateitypen</translation></message>
<message><source>Servers</source><translation>Server</translation></message>
<message><source>Addresses</source><translation>Adressen</translation></message>
<message><source>Server (regular expression)</source><translation>Server (regulärer Ausdruck)</translation></message>
<message><source>Address (regular expression)</source><translation>Adresse (regulärer Ausdruck)</translation></message>
<message><source>Name (regular expression)</source><translation>Name (regulärer Ausdruck)</translation></message>
<message><source>Size</source><translation>Größe</translation></message>
<message><source>Least size</source><translation>Kleinste Größe</translation></message>
<message><source>Greatest size</source><translation>Größte Größe</translation></message>
<message><source>From the queue</source><translation>Aus der Warteschlange</translation></message>
<message><source>File name</source><translation>Dateiname</translation></message>
<message><source>Category</source><translation>Kategorie</translation></message>
<message><source>Queue</source><translation>Warteschlange</translation></message>
<message><source>Priority</source><translation>Priorität</translation></message>
<message><source>Add paused</source><translation>Angehalten hinzufügen</translation></message>
<message><source>Ask the rules below too</source><translation>Auch die Regeln darunter fragen</translation></message>
<message><source>{name}: asked</source><translation>{name}: wird gefragt</translation></message>
<message><source>Add rule</source><translation>Regel hinzufügen</translation></message>
<message><source>Folders by type</source><translation>Ordner nach Typ</translation></message>
<message><source>A folder each for videos, music, pictures and so on</source><translation>Je ein Ordner für Videos, Musik, Bilder und so weiter</translation></message>
<message><source>Try an address: where would it go?</source><translation>Eine Adresse ausprobieren: Wohin käme sie?</translation></message>
<message><source>This is not an address.</source><translation>Das ist keine Adresse.</translation></message>
<message><source>no rule holds</source><translation>keine Regel trifft zu</translation></message>
<message><source>{path} ({rule})</source><translation>{path} ({rule})</translation></message>
<message><source>Ask {name} earlier</source><translation>{name} früher fragen</translation></message>
<message><source>Ask {name} later</source><translation>{name} später fragen</translation></message>
</context>
<context>
<name>Settings</name>
<message><source>All files</source><translation>Alle Dateien</translation></message>
<message><source>At all hours</source><translation>Zu jeder Zeit</translation></message>
<message><source>No program on this computer opens it.</source><translation>Auf diesem Computer gibt es kein Programm dafür.</translation></message>
<message><source>The keyring did not forget all of them.</source><translation>Der Schlüsselbund hat nicht alle vergessen.</translation></message>
<message numerus="yes"><source>%Ln login(s) forgotten.</source><translation><numerusform>%Ln Anmeldung vergessen.</numerusform><numerusform>%Ln Anmeldungen vergessen.</numerusform></translation></message>
<message><source>All settings are back to their defaults.</source><translation>Alle Einstellungen haben wieder ihre Standardwerte.</translation></message>
<message><source>All settings had their defaults already.</source><translation>Alle Einstellungen hatten schon ihre Standardwerte.</translation></message>
<message><source>Export settings</source><translation>Einstellungen exportieren</translation></message>
<message><source>{file} could not be written: {fault}</source><translation>{file} konnte nicht geschrieben werden: {fault}</translation></message>
<message><source>All settings are in {file} now.</source><translation>Alle Einstellungen sind jetzt in {file}.</translation></message>
<message><source>Import settings</source><translation>Einstellungen importieren</translation></message>
<message><source>Settings (*.json)</source><translation>Einstellungen (*.json)</translation></message>
<message><source>All files (*)</source><translation>Alle Dateien (*)</translation></message>
<message><source>{file} is not a file of settings that Headrace wrote. Nothing was changed.</source><translation>{file} ist keine Einstellungsdatei von Headrace. Es wurde nichts geändert.</translation></message>
<message><source>{file} was written by a newer Headrace. Nothing was changed.</source><translation>{file} stammt von einem neueren Headrace. Es wurde nichts geändert.</translation></message>
<message><source>{file} cannot be read. Nothing was changed.</source><translation>{file} kann nicht gelesen werden. Es wurde nichts geändert.</translation></message>
<message><source>All settings were already as {file} has them.</source><translation>Alle Einstellungen waren schon wie in {file}.</translation></message>
<message numerus="yes"><source>%Ln setting(s) changed to what {file} has.</source><translation><numerusform>%Ln Einstellung aus {file} übernommen.</numerusform><numerusform>%Ln Einstellungen aus {file} übernommen.</numerusform></translation></message>
<message><source>Ignored, as there is no such setting: {names}.</source><translation>Übergangen, da es solche Einstellungen nicht gibt: {names}.</translation></message>
<message><source>Left as they were, as the values cannot be used: {names}.</source><translation>Unverändert, da die Werte nicht möglich sind: {names}.</translation></message>
<message><source>Not found on this computer: the folder or file of {names}.</source><translation>Auf diesem Computer nicht gefunden: Ordner oder Datei von {names}.</translation></message>
<message><source>Search settings</source><translation>Einstellungen durchsuchen</translation></message>
<message><source>Settings</source><translation>Einstellungen</translation></message>
<message><source>This folder cannot be reached.</source><translation>Dieser Ordner ist nicht erreichbar.</translation></message>
<message><source>This is a file, not a folder.</source><translation>Das ist eine Datei, kein Ordner.</translation></message>
<message><source>Main queue</source><translation>Hauptwarteschlange</translation></message>
<message><source>This value cannot be used.</source><translation>Dieser Wert ist nicht möglich.</translation></message>
<message><source>Like the system</source><translation>Wie das System</translation></message>
<message><source>Blue</source><translation>Blau</translation></message>
<message><source>Teal</source><translation>Petrol</translation></message>
<message><source>Green</source><translation>Grün</translation></message>
<message><source>Amber</source><translation>Bernstein</translation></message>
<message><source>Orange</source><translation>Orange</translation></message>
<message><source>Red</source><translation>Rot</translation></message>
<message><source>Pink</source><translation>Pink</translation></message>
<message><source>Violet</source><translation>Violett</translation></message>
<message><source>Another colour…</source><translation>Andere Farbe…</translation></message>
<message><source>{setting}: {choice}</source><translation>{setting}: {choice}</translation></message>
<message><source>Accent colour</source><translation>Akzentfarbe</translation></message>
<message><source>Programs made for aria2</source><translation>Programme für aria2</translation></message>
<message><source>Who may come in</source><translation>Wer hereinkommt</translation></message>
<message><source>Let other programs use Headrace</source><translation>Andere Programme dürfen Headrace benutzen</translation></message>
<message><source>AriaNg, browser extensions and scripts made for aria2 work with it. They need the token below.</source><translation>AriaNg, Browser-Erweiterungen und Skripte für aria2 arbeiten damit. Sie brauchen das Token unten.</translation></message>
<message><source>aria2, RPC, JSON-RPC, WebSocket, remote control, API, server</source><translation>aria2, RPC, JSON-RPC, WebSocket, Fernsteuerung, API, Server</translation></message>
<message><source>Port</source><translation>Port</translation></message>
<message><source>Most programs look for it at 6800.</source><translation>Die meisten Programme suchen es an 6800.</translation></message>
<message><source>TCP, address, listen, number</source><translation>TCP, Adresse, lauschen, Nummer</translation></message>
<message><source>Secret token</source><translation>Geheimes Token</translation></message>
<message><source>Who does not know it is refused. Only what proves it is kept, so copy it while it is shown.</source><translation>Wer es nicht kennt, wird abgewiesen. Aufbewahrt wird nur, was es beweist; kopieren Sie es, solange es zu sehen ist.</translation></message>
<message><source>password, key, secret, security</source><translation>Passwort, Schlüssel, Geheimnis, Sicherheit</translation></message>
<message><source>Other computers too</source><translation>Auch andere Computer</translation></message>
<message><source>Programs anywhere in the network may ask, unencrypted. Only for a network you trust.</source><translation>Programme überall im Netz dürfen fragen, unverschlüsselt. Nur für ein Netz, dem Sie vertrauen.</translation></message>
<message><source>network, LAN, remote, listen, security</source><translation>Netzwerk, LAN, entfernt, lauschen, Sicherheit</translation></message>
<message><source>Names of this computer</source><translation>Namen dieses Computers</translation></message>
<message><source>Names by which others may call it, such as nas.lan. Its addresses and localhost always count.</source><translation>Namen, unter denen andere ihn rufen, etwa nas.lan. Seine Adressen und localhost gelten immer.</translation></message>
<message><source>host, DNS, rebinding, security</source><translation>Host, DNS, Rebinding, Sicherheit</translation></message>
<message><source>None</source><translation>Keine</translation></message>
<message><source>Web pages that may ask</source><translation>Webseiten, die fragen dürfen</translation></message>
<message><source>Origins such as https://ariang.example or chrome-extension://ID. All other pages are refused.</source><translation>Ursprünge wie https://ariang.example oder chrome-extension://ID. Alle anderen Seiten werden abgewiesen.</translation></message>
<message><source>CORS, origin, browser, extension, AriaNg, security</source><translation>CORS, Ursprung, Browser, Erweiterung, AriaNg, Sicherheit</translation></message>
<message><source>Folders they may save to</source><translation>Ordner, in die sie speichern dürfen</translation></message>
<message><source>Whole paths with a semicolon between two. The folder for downloads and all in it always count.</source><translation>Ganze Pfade mit einem Semikolon zwischen zweien. Der Ordner für Downloads und alles darin gilt immer.</translation></message>
<message><source>directory, path, target, security</source><translation>Verzeichnis, Pfad, Ziel, Sicherheit</translation></message>
<message><source>Open it</source><translation>Öffnen</translation></message>
<message><source>Extract archives into a folder beside them</source><translation>Archive in einen Ordner daneben entpacken</translation></message>
<message><source>Then move the archive to the trash</source><translation>Danach das Archiv in den Papierkorb legen</translation></message>
<message><source>Play a sound</source><translation>Einen Ton abspielen</translation></message>
<message><source>Move it to another folder</source><translation>In einen anderen Ordner verschieben</translation></message>
<message><source>The system's sound, or a file</source><translation>Der Ton des Systems oder eine Datei</translation></message>
<message><source>File with the sound</source><translation>Datei mit dem Ton</translation></message>
<message><source>The folder, in full</source><translation>Der vollständige Ordner</translation></message>
<message><source>Folder to move to</source><translation>Ordner, in den verschoben wird</translation></message>
<message><source>Write the folder in full.</source><translation>Geben Sie den Ordner vollständig an.</translation></message>
<message><source>Write the file in full.</source><translation>Geben Sie die Datei vollständig an.</translation></message>
<message><source>When something happens</source><translation>Wenn etwas geschieht</translation></message>
<message><source>Lists that are laid down</source><translation>Hingelegte Listen</translation></message>
<message><source>Watched folder</source><translation>Überwachter Ordner</translation></message>
<message><source>Texts with addresses, Metalinks and lists that are saved there are added, and then renamed.</source><translation>Texte mit Adressen, Metalinks und Listen, die dort gespeichert werden, werden hinzugefügt und dann umbenannt.</translation></message>
<message><source>watch, directory, folder, inbox, NAS, import</source><translation>überwachen, Verzeichnis, Ordner, Eingang, NAS, importieren</translation></message>
<message><source>Command after each download</source><translation>Befehl nach jedem Download</translation></message>
<message><source>A program and its arguments, without a shell. {path} stands for the file, {folder} for its folder.</source><translation>Ein Programm und seine Argumente, ohne Shell. {path} steht für die Datei, {folder} für ihren Ordner.</translation></message>
<message><source>run, execute, script, hook, event, finished, post-processing</source><translation>ausführen, Skript, Hook, Ereignis, fertig, Nachbearbeitung</translation></message>
<message><source>Command after a failure</source><translation>Befehl nach einem Fehler</translation></message>
<message><source>Run when a download has failed and waits for you.</source><translation>Wird ausgeführt, wenn ein Download gescheitert ist und auf Sie wartet.</translation></message>
<message><source>run, execute, script, hook, event, error</source><translation>ausführen, Skript, Hook, Ereignis, Fehler</translation></message>
<message><source>Command when all is done</source><translation>Befehl, wenn alles fertig ist</translation></message>
<message><source>Run when nothing is left to be done, for example to suspend the computer.</source><translation>Wird ausgeführt, wenn nichts mehr zu tun ist, etwa um den Computer schlafen zu legen.</translation></message>
<message><source>run, execute, script, hook, event, idle, shut down, suspend, sleep</source><translation>ausführen, Skript, Hook, Ereignis, Leerlauf, herunterfahren, Ruhezustand, Bereitschaft</translation></message>
<message><source>Webhook</source><translation>Webhook</translation></message>
<message><source>What happens is sent to this address as JSON by POST, again where that fails.</source><translation>Was geschieht, wird als JSON per POST an diese Adresse gesandt, bei Fehlern erneut.</translation></message>
<message><source>HTTP, POST, JSON, event, notify, address, URL, server</source><translation>HTTP, POST, JSON, Ereignis, benachrichtigen, Adresse, URL, Server</translation></message>
<message><source>Write a speed from {low} to {high}.</source><translation>Bitte ein Tempo von {low} bis {high} angeben.</translation></message>
<message><source>Write a number of seconds from {low} to {high}.</source><translation>Bitte {low} bis {high} Sekunden angeben.</translation></message>
<message><source>Write a whole number from {low} to {high}.</source><translation>Bitte eine ganze Zahl von {low} bis {high} angeben.</translation></message>
<message><source>Quiet</source><translation>Leise</translation></message>
<message><source>Others on the line</source><translation>Andere auf der Leitung</translation></message>
<message><source>Data budget</source><translation>Datenvolumen</translation></message>
<message><source>Metered networks</source><translation>Netze mit Datenvolumen</translation></message>
<message><source>Quiet now</source><translation>Jetzt leise</translation></message>
<message><source>The quiet limit is in force, until you or the quiet hours end it.</source><translation>Das leise Limit gilt, bis Sie oder die leisen Stunden es beenden.</translation></message>
<message><source>turtle, slow, alternative, profile, turbo, polite</source><translation>Schildkröte, langsam, alternativ, Profil, höflich, ruhig</translation></message>
<message><source>Quiet limit</source><translation>Leises Limit</translation></message>
<message><source>All downloads together are held to this while it is quiet.</source><translation>Alle Downloads zusammen bleiben darunter, solange es leise ist.</translation></message>
<message><source>bandwidth, throttle, rate, slow down</source><translation>Bandbreite, drosseln, Rate, verlangsamen</translation></message>
<message><source>Quiet hours</source><translation>Leise Stunden</translation></message>
<message><source>When they begin it gets quiet by itself, and when they end it no longer is. Drag to mark them.</source><translation>Wenn sie beginnen, wird es von selbst leise, und wenn sie enden, nicht mehr. Zum Markieren ziehen.</translation></message>
<message><source>schedule, scheduler, time, day, week, night, plan</source><translation>Zeitplan, Planer, Uhrzeit, Tag, Woche, Nacht, Plan</translation></message>
<message><source>Never by itself</source><translation>Nie von selbst</translation></message>
<message><source>Leave others room</source><translation>Anderen Platz lassen</translation></message>
<message><source>While others use the line, downloads step back. Headrace notices it by answers that take longer, and asks the servers it fetches from once a second, less often while the line is calm.</source><translation>Während andere die Leitung nutzen, treten Downloads zurück. Headrace merkt es an Antworten, die länger dauern, und fragt dazu einmal je Sekunde die Server, von denen es lädt, seltener, solange die Leitung ruhig ist.</translation></message>
<message><source>latency, ping, bufferbloat, polite, family, games, calls, LEDBAT, share</source><translation>Latenz, Ping, Bufferbloat, höflich, Familie, Spiele, Anrufe, LEDBAT, teilen</translation></message>
<message><source>How much may come</source><translation>Wie viel kommen darf</translation></message>
<message><source>When so much has come, downloads wait for the next period, or for a network that does not count. Days and weeks begin at midnight, weeks on Monday.</source><translation>Wenn so viel gekommen ist, warten Downloads auf den nächsten Zeitraum oder auf ein Netz, das nicht zählt. Tage und Wochen beginnen um Mitternacht, Wochen am Montag.</translation></message>
<message><source>quota, cap, volume, allowance, contract, data, traffic, month, week, day, billing, Wi-Fi, mobile, roaming</source><translation>Kontingent, Obergrenze, Volumen, Vertrag, Daten, Verkehr, Monat, Woche, Tag, Abrechnung, WLAN, mobil, Roaming</translation></message>
<message><source>Wait in metered networks</source><translation>In Netzen mit Datenvolumen warten</translation></message>
<message><source>Where the system says that a network counts bytes, as that of a phone, downloads wait for another one.</source><translation>Wo das System sagt, dass ein Netz das Volumen zählt, wie das eines Telefons, warten Downloads auf ein anderes.</translation></message>
<message><source>mobile, phone, cellular, hotspot, tethering, roaming, data, volume</source><translation>mobil, Handy, Telefon, Hotspot, Tethering, Roaming, Daten, Volumen</translation></message>
<message><source>{button}: {setting}</source><translation>{button}: {setting}</translation></message>
<message><source>When all downloads are done</source><translation>Wenn alle Downloads fertig sind</translation></message>
<message><source>When a file is there</source><translation>Wenn eine Datei da ist</translation></message>
<message><source>It is done to each file; a download's properties may say otherwise.</source><translation>Das geschieht mit jeder Datei; die Eigenschaften eines Downloads können anderes bestimmen.</translation></message>
<message><source>finished, extract, unpack, unzip, archive, zip, 7z, tar, open, sound, move, folder</source><translation>fertig, entpacken, auspacken, Archiv, zip, 7z, tar, öffnen, Ton, Klang, verschieben, Ordner</translation></message>
<message><source>Then, each time</source><translation>Dann jedes Mal</translation></message>
<message><source>You are warned a minute before, and can stop it. For one time, choose it in the menu File.</source><translation>Sie werden eine Minute vorher gewarnt und können es stoppen. Für ein einziges Mal wählen Sie es im Menü Datei.</translation></message>
<message><source>shut down, power off, suspend, standby, sleep, hibernate, log out, quit, idle</source><translation>herunterfahren, ausschalten, Standby, Energie sparen, schlafen, Ruhezustand, abmelden, beenden, untätig</translation></message>
<message><source>Do nothing</source><translation>Nichts tun</translation></message>
<message><source>Sleep</source><translation>Energie sparen</translation></message>
<message><source>Hibernate</source><translation>Ruhezustand</translation></message>
<message><source>Shut down</source><translation>Herunterfahren</translation></message>
<message><source>Restart</source><translation>Neu starten</translation></message>
<message><source>Log out</source><translation>Abmelden</translation></message>
<message><source>Quit Headrace</source><translation>Headrace beenden</translation></message>
<message><source>Saving</source><translation>Speichern</translation></message>
<message><source>Adding</source><translation>Hinzufügen</translation></message>
<message><source>Checking</source><translation>Prüfen</translation></message>
<message><source>History</source><translation>Verlauf</translation></message>
<message><source>At the same time</source><translation>Gleichzeitig</translation></message>
<message><source>Patience</source><translation>Geduld</translation></message>
<message><source>Folder for downloads</source><translation>Ordner für Downloads</translation></message>
<message><source>New downloads go here unless you choose another folder when you add them.</source><translation>Hierhin gehen neue Downloads, wenn beim Hinzufügen kein anderer Ordner gewählt wird.</translation></message>
<message><source>directory, path, location, save to, destination</source><translation>Verzeichnis, Pfad, Speicherort, speichern unter, Ziel, Zielordner</translation></message>
<message><source>Downloads at once</source><translation>Downloads zugleich</translation></message>
<message><source>So many run side by side; the others wait in line.</source><translation>So viele laufen nebeneinander; die übrigen warten.</translation></message>
<message><source>parallel, simultaneous, concurrent, maximum</source><translation>parallel, gleichzeitig, Anzahl, maximal, höchstens</translation></message>
<message><source>Watch the clipboard</source><translation>Zwischenablage überwachen</translation></message>
<message><source>When you copy the address of a file, Headrace offers to download it.</source><translation>Beim Kopieren einer Dateiadresse bietet Headrace an, sie herunterzuladen.</translation></message>
<message><source>copy, paste, monitor, link</source><translation>kopieren, einfügen, beobachten, Link</translation></message>
<message><source>Ask servers before adding</source><translation>Server vor dem Hinzufügen fragen</translation></message>
<message><source>The add dialog shows name and size of each file. Switch it off if your links work only once.</source><translation>Der Dialog zum Hinzufügen zeigt Name und Größe jeder Datei. Abschalten, wenn Links nur einmal funktionieren.</translation></message>
<message><source>probe, size, check, one-time link, preview</source><translation>Abfrage, Größe, prüfen, Einmal-Link, Vorschau</translation></message>
<message><source>Add without asking</source><translation>Ohne Nachfrage hinzufügen</translation></message>
<message><source>Pasted and dropped addresses go straight into the list, without a dialog.</source><translation>Eingefügte und abgelegte Adressen kommen ohne Dialog gleich in die Liste.</translation></message>
<message><source>silent, dialog, confirm, prompt</source><translation>still, Dialog, bestätigen, nachfragen</translation></message>
<message><source>Add paused</source><translation>Pausiert hinzufügen</translation></message>
<message><source>The main button of the add dialog adds downloads without starting them.</source><translation>Die Hauptschaltfläche des Hinzufügen-Dialogs startet neue Downloads nicht gleich.</translation></message>
<message><source>start later, stopped</source><translation>später starten, angehalten, gestoppt</translation></message>
<message><source>Look for checksums</source><translation>Prüfsummen suchen</translation></message>
<message><source>For large files, the server is asked for a checksum file, and the download is checked by it.</source><translation>Bei großen Dateien wird der Server nach einer Prüfsummendatei gefragt und der Download damit geprüft.</translation></message>
<message><source>verify, hash, SHA-256, SHA256SUMS, integrity</source><translation>prüfen, Hash, SHA-256, SHA256SUMS, Integrität, verifizieren</translation></message>
<message><source>Mark files as downloaded</source><translation>Herkunft kennzeichnen</translation></message>
<message><source>Files carry where they came from, so that the system can warn before it runs one.</source><translation>Dateien tragen ihre Herkunft bei sich, damit das System vor dem Ausführen warnen kann.</translation></message>
<message><source>origin, quarantine, zone, security, warning</source><translation>Ursprung, Quarantäne, Zone, Sicherheit, Warnung</translation></message>
<message><source>Remember ended downloads</source><translation>Beendete Downloads merken</translation></message>
<message><source>The history keeps them after they left the list. What is older goes at the next start.</source><translation>Der Verlauf behält sie, wenn sie nicht mehr in der Liste sind. Was älter ist, geht beim nächsten Start.</translation></message>
<message><source>history, privacy, archive, days, forget</source><translation>Verlauf, Historie, Privatsphäre, Archiv, Tage, vergessen</translation></message>
<message><source>For ever</source><translation>Für immer</translation></message>
<message><source>For a year</source><translation>Ein Jahr lang</translation></message>
<message><source>For 90 days</source><translation>90 Tage lang</translation></message>
<message><source>For 30 days</source><translation>30 Tage lang</translation></message>
<message><source>For a week</source><translation>Eine Woche lang</translation></message>
<message><source>Not at all</source><translation>Gar nicht</translation></message>
<message><source>Connections per download</source><translation>Verbindungen pro Download</translation></message>
<message><source>At most so many. More are only opened while they make the download faster.</source><translation>Höchstens so viele. Weitere werden nur geöffnet, solange sie den Download beschleunigen.</translation></message>
<message><source>threads, segments, parts, parallel, maximum</source><translation>Threads, Segmente, Teile, parallel, maximal</translation></message>
<message><source>Connections per server</source><translation>Verbindungen pro Server</translation></message>
<message><source>At most so many to one server, all downloads together.</source><translation>Höchstens so viele zu einem Server, für alle Downloads zusammen.</translation></message>
<message><source>host, parallel, maximum</source><translation>Host, parallel, maximal</translation></message>
<message><source>Wait for a server</source><translation>Auf einen Server warten</translation></message>
<message><source>A server that has not answered by then is tried again later.</source><translation>Hat ein Server bis dahin nicht geantwortet, wird es später erneut versucht.</translation></message>
<message><source>timeout, connect, seconds</source><translation>Timeout, Zeitüberschreitung, verbinden, Sekunden</translation></message>
<message><source>Wait for data</source><translation>Auf Daten warten</translation></message>
<message><source>A connection on which nothing has come for so long is opened anew.</source><translation>Eine Verbindung, auf der so lange nichts kam, wird neu geöffnet.</translation></message>
<message><source>timeout, idle, stalled, seconds</source><translation>Timeout, Zeitüberschreitung, untätig, hängt, Sekunden</translation></message>
<message><source>Give up slow connections</source><translation>Langsame Verbindungen aufgeben</translation></message>
<message><source>A connection that was slower than this for a minute is opened anew.</source><translation>Eine Verbindung, die eine Minute lang langsamer war, wird neu geöffnet.</translation></message>
<message><source>minimum speed, stalled, timeout</source><translation>Mindesttempo, Mindestgeschwindigkeit, hängt, Timeout</translation></message>
<message><source>Never</source><translation>Nie</translation></message>
<message><source>Tries</source><translation>Versuche</translation></message>
<message><source>A download fails after so many tries in a row that brought nothing new.</source><translation>Nach so vielen Versuchen in Folge ohne Fortschritt schlägt ein Download fehl.</translation></message>
<message><source>retry, attempts, again, repeat</source><translation>wiederholen, erneut, noch einmal, Wiederholungen</translation></message>
<message><source>Speed limit</source><translation>Tempolimit</translation></message>
<message><source>All downloads together are held to this, so that some of your line stays free.</source><translation>Alle Downloads zusammen bleiben darunter, damit ein Teil der Leitung frei bleibt.</translation></message>
<message><source>bandwidth, throttle, rate, slow down, maximum</source><translation>Bandbreite, Geschwindigkeit, drosseln, begrenzen, Rate, maximal</translation></message>
<message><source>No limit</source><translation>Kein Limit</translation></message>
<message><source>Your queues</source><translation>Eigene Warteschlangen</translation></message>
<message><source>Lines of their own for downloads that belong together. One that is held starts nothing new until you let it go on.</source><translation>Für Downloads, die zusammengehören. Eine angehaltene startet nichts Neues, bis sie wieder freigegeben wird.</translation></message>
<message><source>line, hold, group, list, pause, schedule, hours, night</source><translation>Schlange, anhalten, Gruppe, Liste, Pause, Zeitplan, Stunden, Nacht</translation></message>
<message><source>Where downloads go</source><translation>Wohin Downloads kommen</translation></message>
<message><source>The first rule that holds decides, unless you choose a folder yourself. In folders and names there may be fields in braces, such as {host}, {name}, {category} or {date:%Y-%m}.</source><translation>Die erste Regel, die zutrifft, entscheidet, wenn Sie nicht selbst einen Ordner wählen. In Ordnern und Namen können Felder in geschweiften Klammern stehen, etwa {host}, {name}, {category} oder {date:%Y-%m}.</translation></message>
<message><source>folder, sort, category, template, organise, directory</source><translation>Ordner, sortieren, Kategorie, Vorlage, einordnen, Verzeichnis</translation></message>
<message><source>Categories</source><translation>Kategorien</translation></message>
<message><source>What the list sorts files by: their endings, or the type the server tells. Files of a category go to its folder where no rule sends them elsewhere. Removing one changes no file.</source><translation>Wonach die Liste Dateien einteilt: nach ihren Endungen oder dem Typ, den der Server nennt. Dateien einer Kategorie kommen in deren Ordner, wenn keine Regel sie anderswohin schickt. Eine Kategorie zu entfernen ändert keine Datei.</translation></message>
<message><source>type, kind, extension, ending, own, group, icon, folder</source><translation>Typ, Art, Erweiterung, Endung, eigene, Gruppe, Symbol, Ordner</translation></message>
<message><source>Where Headrace keeps things</source><translation>Speicherorte</translation></message>
<message><source>All settings</source><translation>Alle Einstellungen</translation></message>
<message><source>Profile folder</source><translation>Profilordner</translation></message>
<message><source>Settings and the list of downloads are kept in this folder.</source><translation>In diesem Ordner liegen die Einstellungen und die Liste der Downloads.</translation></message>
<message><source>database, backup, path, configuration</source><translation>Datenbank, Sicherung, Backup, Pfad, Konfiguration</translation></message>
<message><source>Open</source><translation>Öffnen</translation></message>
<message><source>Log file</source><translation>Protokolldatei</translation></message>
<message><source>What the program did is written down here, to look into when something goes wrong.</source><translation>Hier steht, was das Programm getan hat, falls einmal etwas schiefgeht.</translation></message>
<message><source>problem, report, debug, diagnosis</source><translation>Problem, Bericht, Log, Debug, Diagnose, Fehlersuche</translation></message>
<message><source>All settings are saved as one file, to keep or to take to another computer.</source><translation>Alle Einstellungen werden in einer Datei gespeichert, zum Aufheben oder für einen anderen Computer.</translation></message>
<message><source>backup, save, transfer, JSON</source><translation>Sicherung, Backup, speichern, übertragen, JSON</translation></message>
<message><source>Export…</source><translation>Exportieren…</translation></message>
<message><source>Settings are taken from such a file. You can undo it.</source><translation>Einstellungen werden aus einer solchen Datei übernommen. Das lässt sich rückgängig machen.</translation></message>
<message><source>restore, load, transfer, JSON</source><translation>wiederherstellen, laden, übertragen, JSON</translation></message>
<message><source>Import…</source><translation>Importieren…</translation></message>
<message><source>Reset all settings</source><translation>Alle Einstellungen zurücksetzen</translation></message>
<message><source>Every setting goes back to its default. Downloads stay as they are. You can undo it.</source><translation>Jede Einstellung erhält wieder ihren Standardwert. Downloads bleiben, wie sie sind. Das lässt sich rückgängig machen.</translation></message>
<message><source>default, original, begin anew</source><translation>Standard, Vorgabe, ursprünglich, neu anfangen</translation></message>
<message><source>Reset all</source><translation>Alle zurücksetzen</translation></message>
<message><source>General</source><translation>Allgemein</translation></message>
<message><source>Downloads</source><translation>Downloads</translation></message>
<message><source>Connections</source><translation>Verbindungen</translation></message>
<message><source>Speed</source><translation>Tempo</translation></message>
<message><source>Queues</source><translation>Warteschlangen</translation></message>
<message><source>Rules</source><translation>Regeln</translation></message>
<message><source>Other programs</source><translation>Andere Programme</translation></message>
<message><source>Appearance</source><translation>Aussehen</translation></message>
<message><source>Notifications and power</source><translation>Hinweise und Energie</translation></message>
<message><source>Advanced</source><translation>Erweitert</translation></message>
<message><source>Show hosts…</source><translation>Hosts anzeigen …</translation></message>
<message numerus="yes"><source>%Ln rule(s)</source><translation><numerusform>%Ln Regel</numerusform><numerusform>%Ln Regeln</numerusform></translation></message>
<message><source>At these hours</source><translation>Zu diesen Stunden</translation></message>
<message><source>These are too many different hours. Mark longer ones.</source><translation>Das sind zu viele verschiedene Stunden. Markieren Sie längere.</translation></message>
<message><source>Way out</source><translation>Weg hinaus</translation></message>
<message><source>Trust</source><translation>Vertrauen</translation></message>
<message><source>Logins</source><translation>Anmeldungen</translation></message>
<message><source>Single servers</source><translation>Einzelne Server</translation></message>
<message><source>Proxy</source><translation>Proxy</translation></message>
<message><source>Reach servers</source><translation>Server erreichen</translation></message>
<message><source>Proxies speak HTTP, HTTPS, SOCKS4 or SOCKS5; socks5h:// and socks4a:// look names up themselves. A password is never saved with the settings.</source><translation>Proxys sprechen HTTP, HTTPS, SOCKS4 oder SOCKS5; mit socks5h:// und socks4a:// schlagen sie Namen selbst nach. Ein Passwort wird nie mit den Einstellungen gespeichert.</translation></message>
<message><source>proxy, SOCKS, SOCKS5, tunnel, PAC, company, Tor, VPN, network</source><translation>Proxy, SOCKS, SOCKS5, Tunnel, PAC, Firma, Tor, VPN, Netzwerk</translation></message>
<message><source>Not by the proxy</source><translation>Nicht über den Proxy</translation></message>
<message><source>Servers that are reached directly: names with all below them, networks such as 10.0.0.0/8, &lt;local&gt; for names without a dot.</source><translation>Server, die direkt erreicht werden: Namen mit allem darunter, Netze wie 10.0.0.0/8, &lt;local&gt; für Namen ohne Punkt.</translation></message>
<message><source>exception, bypass, intranet, local, no proxy</source><translation>Ausnahme, umgehen, Intranet, lokal, kein Proxy</translation></message>
<message><source>Hosts</source><translation>Server</translation></message>
<message><source>Connections, speed, pauses, user agent, referrer, headers and proxy of single servers, and what was learnt of them.</source><translation>Verbindungen, Tempo, Pausen, User-Agent, Referrer, Header und Proxy einzelner Server, und was über sie gelernt wurde.</translation></message>
<message><source>rule, server, site, domain, user agent, referer, header, limit, polite, retry, memory</source><translation>Regel, Server, Seite, Domain, User-Agent, Referer, Header, Limit, höflich, Retry-After, Gedächtnis</translation></message>
<message><source>Only by this network</source><translation>Nur über dieses Netz</translation></message>
<message><source>An address or an interface of this computer, such as tun0 of a VPN. While it is gone, downloads wait. Names are still looked up as the system does.</source><translation>Eine Adresse oder Schnittstelle dieses Computers, etwa tun0 eines VPN. Solange sie fehlt, warten Downloads. Namen werden weiter nachgeschlagen, wie das System es tut.</translation></message>
<message><source>VPN, bind, interface, network card, adapter, source address, kill switch</source><translation>VPN, binden, Schnittstelle, Netzwerkkarte, Adapter, Quelladresse, Notausschalter</translation></message>
<message><source>Any</source><translation>Beliebig</translation></message>
<message><source>Version of IP</source><translation>IP-Version</translation></message>
<message><source>Which addresses of servers are connected to.</source><translation>Mit welchen Adressen von Servern verbunden wird.</translation></message>
<message><source>IPv4, IPv6, address, protocol</source><translation>IPv4, IPv6, Adresse, Protokoll</translation></message>
<message><source>Both</source><translation>Beide</translation></message>
<message><source>IPv4 only</source><translation>Nur IPv4</translation></message>
<message><source>IPv6 only</source><translation>Nur IPv6</translation></message>
<message><source>Further certificates</source><translation>Weitere Zertifikate</translation></message>
<message><source>A PEM file with authorities that secure servers are trusted by, such as your company's.</source><translation>Eine PEM-Datei mit weiteren vertrauenswürdigen Zertifizierungsstellen, etwa der eigenen Firma.</translation></message>
<message><source>TLS, SSL, https, CA, authority, security</source><translation>TLS, SSL, https, CA, Zertifizierungsstelle, Sicherheit</translation></message>
<message><source>None besides the system's</source><translation>Nur die des Systems</translation></message>
<message><source>Oldest version of TLS</source><translation>Älteste Version von TLS</translation></message>
<message><source>Servers that speak older ones alone are not connected to.</source><translation>Mit Servern, die nur ältere sprechen, wird keine Verbindung aufgebaut.</translation></message>
<message><source>SSL, https, security, encryption, protocol</source><translation>SSL, https, Sicherheit, Verschlüsselung, Protokoll</translation></message>
<message><source>TLS 1.2</source><translation>TLS 1.2</translation></message>
<message><source>TLS 1.3</source><translation>TLS 1.3</translation></message>
<message><source>Trusted in spite of faults</source><translation>Trotz Mängeln vertraut</translation></message>
<message><source>Written as example.org=SHA-256 of its certificate, or sftp://example.org=SHA256:… of its host key; what you trust in a download's dialog is here, too. Delete an entry to trust it no more.</source><translation>Geschrieben als example.org=SHA-256 des Zertifikats oder sftp://example.org=SHA256:… des Host-Schlüssels; was Sie im Dialog eines Downloads zulassen, steht auch hier. Löschen Sie einen Eintrag, um ihm nicht mehr zu vertrauen.</translation></message>
<message><source>exception, self-signed, fingerprint, pin, certificate, security</source><translation>Ausnahme, selbstsigniert, Fingerabdruck, Zertifikat, Sicherheit</translation></message>
<message><source>Your own certificates</source><translation>Ihre eigenen Zertifikate</translation></message>
<message><source>Shown to one server each: example.org=/whole/path.pem, a file with certificate and key.</source><translation>Jedes wird einem Server gezeigt: example.org=/ganzer/pfad.pem, eine Datei mit Zertifikat und Schlüssel.</translation></message>
<message><source>client certificate, key, PEM, mutual TLS, authentication</source><translation>Client-Zertifikat, Schlüssel, PEM, gegenseitiges TLS, Authentifizierung</translation></message>
<message><source>Cookies</source><translation>Cookies</translation></message>
<message><source>A cookies.txt, as browsers' add-ons export it; each cookie goes to the site it belongs to.</source><translation>Eine cookies.txt, wie Erweiterungen von Browsern sie ausgeben; jedes Cookie geht an die Seite, zu der es gehört.</translation></message>
<message><source>cookies.txt, Netscape, session, members, sign in</source><translation>cookies.txt, Netscape, Sitzung, Mitglieder, anmelden</translation></message>
<message><source>Read logins from .netrc</source><translation>Anmeldungen aus .netrc lesen</translation></message>
<message><source>Servers that ask for a login get the one that the file has for them.</source><translation>Server, die eine Anmeldung verlangen, bekommen die, die in der Datei für sie steht.</translation></message>
<message><source>password, user, curl, authentication</source><translation>Passwort, Benutzer, curl, Authentifizierung</translation></message>
<message><source>Forget logins</source><translation>Anmeldungen vergessen</translation></message>
<message><source>Those you gave, and those the system's keyring keeps for Headrace.</source><translation>Die Sie angegeben haben, und die der Schlüsselbund des Systems für Headrace behält.</translation></message>
<message><source>password, keyring, delete, sign out</source><translation>Passwort, Schlüsselbund, löschen, abmelden</translation></message>
<message><source>Forget all</source><translation>Alle vergessen</translation></message>
<message><source>Undo</source><translation>Rückgängig</translation></message>
<message><source>Less: {setting}</source><translation>Weniger: {setting}</translation></message>
<message><source>More: {setting}</source><translation>Mehr: {setting}</translation></message>
<message><source>s</source><comment>seconds, behind a number</comment><translation>s</translation></message>
<message><source>MB/s</source><translation>MB/s</translation></message>
<message><source>kB/s</source><translation>kB/s</translation></message>
<message><source>Pages of settings</source><translation>Seiten der Einstellungen</translation></message>
<message><source>Reset this page</source><translation>Diese Seite zurücksetzen</translation></message>
<message><source>This page is back to its defaults.</source><translation>Diese Seite hat wieder ihre Standardwerte.</translation></message>
<message><source>All of this page had its default already.</source><translation>Diese Seite hatte schon ihre Standardwerte.</translation></message>
<message><source>No setting is about “{words}”.</source><translation>Keine Einstellung passt zu „{words}“.</translation></message>
<message><source>Write the whole path, from the root of the disk on.</source><translation>Bitte den vollständigen Pfad angeben, vom Stammverzeichnis an.</translation></message>
<message><source>Browse…</source><translation>Durchsuchen…</translation></message>
<message><source>Browse: {setting}</source><translation>Durchsuchen: {setting}</translation></message>
<message><source>Choose a certificate file</source><translation>Zertifikatsdatei auswählen</translation></message>
<message><source>Certificates</source><translation>Zertifikate</translation></message>
<message><source>There is no such file.</source><translation>Diese Datei gibt es nicht.</translation></message>
<message><source>There are no certificates in this file that can be used.</source><translation>Diese Datei enthält keine brauchbaren Zertifikate.</translation></message>
<message><source>This file cannot be read.</source><translation>Diese Datei kann nicht gelesen werden.</translation></message>
<message><source>As the system does</source><translation>Wie das System</translation></message>
<message><source>Directly</source><translation>Direkt</translation></message>
<message><source>As the environment says</source><translation>Wie es die Umgebung sagt</translation></message>
<message><source>By this proxy:</source><translation>Über diesen Proxy:</translation></message>
<message><source>Address of the proxy</source><translation>Adresse des Proxys</translation></message>
<message><source>Write it as http://proxy.example:3128 or socks5h://name:password@127.0.0.1:1080.</source><translation>Schreiben Sie sie als http://proxy.example:3128 oder socks5h://name:password@127.0.0.1:1080.</translation></message>
<message><source>Write a name for the queue.</source><translation>Bitte einen Namen für die Warteschlange angeben.</translation></message>
<message><source>There is a queue of this name already.</source><translation>Eine Warteschlange dieses Namens gibt es schon.</translation></message>
<message><source>A name has at most {count} characters, all of them visible.</source><translation>Ein Name hat höchstens {count} Zeichen, alle davon sichtbar.</translation></message>
<message><source>Starts downloads</source><translation>Startet Downloads</translation></message>
<message><source>Held</source><translation>Angehalten</translation></message>
<message><source>Name of the queue {name}</source><translation>Name der Warteschlange {name}</translation></message>
<message><source>{name}: starts downloads</source><translation>{name}: startet Downloads</translation></message>
<message><source>Options of the queue {name}</source><translation>Optionen der Warteschlange {name}</translation></message>
<message><source>Remove the queue {name}</source><translation>Warteschlange {name} entfernen</translation></message>
<message><source>Name of a new queue</source><translation>Name einer neuen Warteschlange</translation></message>
<message><source>Add queue</source><translation>Warteschlange hinzufügen</translation></message>
<message><source>The queue {name} is removed. Its downloads are in the main queue now.</source><translation>Die Warteschlange {name} ist entfernt. Ihre Downloads sind jetzt in der Hauptwarteschlange.</translation></message>
<message><source>Only while “{setting}” is on.</source><translation>Nur solange „{setting}“ eingeschaltet ist.</translation></message>
<message><source>Back to the default</source><translation>Auf Standardwert zurücksetzen</translation></message>
<message><source>{setting}: back to the default</source><translation>{setting}: auf Standardwert zurücksetzen</translation></message>
<message><source>Light</source><translation>Hell</translation></message>
<message><source>Dark</source><translation>Dunkel</translation></message>
<message><source>There is none yet</source><translation>Es gibt noch keines</translation></message>
<message><source>New token</source><translation>Neues Token</translation></message>
<message><source>Copy</source><translation>Kopieren</translation></message>
<message><source>Other…</source><translation>Anderes…</translation></message>
<message><source>The desktop did not allow it.</source><translation>Die Arbeitsumgebung hat es nicht erlaubt.</translation></message>
<message><source>Starting and closing</source><translation>Starten und Schließen</translation></message>
<message><source>Colours</source><translation>Farben</translation></message>
<message><source>List and figures</source><translation>Liste und Zahlen</translation></message>
<message><source>Motion</source><translation>Bewegung</translation></message>
<message><source>Tray</source><translation>Infobereich</translation></message>
<message><source>Notifications</source><translation>Benachrichtigungen</translation></message>
<message><source>Power</source><translation>Energie</translation></message>
<message><source>Language</source><translation>Sprache</translation></message>
<message><source>All texts change at once, and numbers and dates are written in its manner.</source><translation>Alle Texte wechseln sofort; Zahlen und Datumsangaben richten sich nach der Sprache.</translation></message>
<message><source>translation, locale, English</source><translation>Übersetzung, Region, Deutsch, Englisch</translation></message>
<message><source>Start with the computer</source><translation>Mit dem Computer starten</translation></message>
<message><source>Headrace starts by itself when you log in.</source><translation>Headrace startet beim Anmelden von selbst.</translation></message>
<message><source>autostart, session, login, boot, launch</source><translation>Autostart, Sitzung, Anmeldung, Systemstart, hochfahren</translation></message>
<message><source>Start hidden</source><translation>Verborgen starten</translation></message>
<message><source>Only the tray icon is there after a start; click it to see the window.</source><translation>Nach dem Start ist nur das Symbol im Infobereich da; ein Klick darauf zeigt das Fenster.</translation></message>
<message><source>minimised, background, tray</source><translation>minimiert, Hintergrund, Tray</translation></message>
<message><source>Continue where you left off</source><translation>Beim Start weitermachen</translation></message>
<message><source>Downloads that ran when you quit run again at the next start. Else they wait paused.</source><translation>Was beim Beenden lief, läuft beim nächsten Start weiter. Sonst wartet es pausiert.</translation></message>
<message><source>resume at start, restart</source><translation>fortsetzen, Neustart, wieder aufnehmen</translation></message>
<message><source>Closing the window</source><translation>Schließen des Fensters</translation></message>
<message><source>In the tray, downloads go on without a window.</source><translation>Im Infobereich laufen Downloads ohne Fenster weiter.</translation></message>
<message><source>exit, minimise, background</source><translation>beenden, minimieren, Hintergrund, Tray</translation></message>
<message><source>Quits Headrace</source><translation>Beendet Headrace</translation></message>
<message><source>Keeps it in the tray</source><translation>Behält es im Infobereich</translation></message>
<message><source>Light or dark</source><translation>Hell oder dunkel</translation></message>
<message><source>The window can follow the system, or be always the same.</source><translation>Das Fenster kann dem System folgen oder immer gleich bleiben.</translation></message>
<message><source>theme, night mode, dark mode, colour scheme</source><translation>Design, Thema, Nachtmodus, Dunkelmodus, Farbschema</translation></message>
<message><source>Buttons, progress and what is chosen have this colour.</source><translation>Schaltflächen, Fortschritt und Ausgewähltes haben diese Farbe.</translation></message>
<message><source>theme, highlight, tint</source><translation>Design, Hervorhebung, Farbton</translation></message>
<message><source>One-line rows</source><translation>Einzeilige Einträge</translation></message>
<message><source>More downloads fit into the window; what each is doing is told in fewer words.</source><translation>Mehr Downloads passen ins Fenster; ihr Stand wird knapper beschrieben.</translation></message>
<message><source>compact, dense, row height</source><translation>kompakt, dicht, Zeilenhöhe</translation></message>
<message><source>Binary units</source><translation>Binäre Einheiten</translation></message>
<message><source>Sizes are written in KiB, MiB and GiB (1,024 at a time) instead of kB, MB and GB.</source><translation>Größen stehen in KiB, MiB und GiB (in Schritten von 1.024) statt in kB, MB und GB.</translation></message>
<message><source>megabyte, mebibyte, 1000, 1024</source><translation>Megabyte, Mebibyte, 1000, 1024</translation></message>
<message><source>Things slide and fade for a moment. Reduced, they change at once.</source><translation>Inhalte gleiten und blenden kurz über. Reduziert wechseln sie sofort.</translation></message>
<message><source>animation, effects, accessibility</source><translation>Animation, Effekte, Barrierefreiheit</translation></message>
<message><source>Full</source><translation>Voll</translation></message>
<message><source>Reduced</source><translation>Reduziert</translation></message>
<message><source>Tray icon</source><translation>Symbol im Infobereich</translation></message>
<message><source>An icon in the system tray shows progress and offers what you need most.</source><translation>Ein Symbol im Infobereich zeigt den Fortschritt und bietet das Wichtigste an.</translation></message>
<message><source>system tray, status icon, background</source><translation>Systemleiste, Tray, Taskleiste, Statussymbol, Hintergrund</translation></message>
<message><source>When a download has finished</source><translation>Wenn ein Download fertig ist</translation></message>
<message><source>A notification offers to open the file or its folder.</source><translation>Eine Benachrichtigung bietet an, die Datei oder ihren Ordner zu öffnen.</translation></message>
<message><source>message, alert, bubble, done</source><translation>Mitteilung, Meldung, Hinweis, Popup, fertig</translation></message>
<message><source>When a download has failed</source><translation>Wenn ein Download fehlschlägt</translation></message>
<message><source>A notification says why, and offers to try again.</source><translation>Eine Benachrichtigung nennt den Grund und bietet einen neuen Versuch an.</translation></message>
<message><source>message, alert, bubble, error</source><translation>Mitteilung, Meldung, Hinweis, Popup, Fehler</translation></message>
<message><source>Keep the computer awake</source><translation>Computer wach halten</translation></message>
<message><source>The computer does not go to sleep by itself while something is downloading.</source><translation>Solange etwas heruntergeladen wird, schläft der Computer nicht von selbst ein.</translation></message>
<message><source>sleep, suspend, standby, energy, battery</source><translation>Ruhezustand, Schlafmodus, Standby, Energie sparen, Akku</translation></message>
<message><source>“{part}” is no origin. Write it as https://example.org, without a path.</source><translation>„{part}“ ist kein Ursprung. Schreiben Sie ihn wie https://example.org, ohne Pfad.</translation></message>
<message><source>“{part}” is no name of a computer. Write it without http:// and port.</source><translation>„{part}“ ist kein Name eines Computers. Schreiben Sie ihn ohne http:// und Port.</translation></message>
<message><source>“{part}” is no name of a server and no network such as 10.0.0.0/8.</source><translation>„{part}“ ist kein Servername und kein Netz wie 10.0.0.0/8.</translation></message>
<message><source>Write an address of this computer, or an interface such as tun0.</source><translation>Schreiben Sie eine Adresse dieses Computers oder eine Schnittstelle wie tun0.</translation></message>
<message><source>“{part}” is not written as example.org=64 digits from 0 to f.</source><translation>„{part}“ ist nicht als example.org=64 Ziffern von 0 bis f geschrieben.</translation></message>
<message><source>“{part}” is not written as example.org=/whole/path.pem.</source><translation>„{part}“ ist nicht als example.org=/ganzer/pfad.pem geschrieben.</translation></message>
<message><source>A quotation mark is open.</source><translation>Ein Anführungszeichen ist offen.</translation></message>
<message><source>Begin with a program.</source><translation>Beginnen Sie mit einem Programm.</translation></message>
<message><source>In braces there may only be {facts}.</source><translation>In Klammern darf nur {facts} stehen.</translation></message>
<message><source>Write an address that begins with https:// or http://.</source><translation>Schreiben Sie eine Adresse, die mit https:// oder http:// beginnt.</translation></message>
</context>
<context>
<name>Shortcuts</name>
<message><source>Go to the next part of the window</source><translation>Zum nächsten Teil des Fensters wechseln</translation></message>
<message><source>Show the menu bar</source><translation>Menüleiste anzeigen</translation></message>
<message><source>Leave the search, or close a dialog</source><translation>Suche verlassen oder Dialog schließen</translation></message>
<message><source>Show what can be done with the chosen rows</source><translation>Mögliche Aktionen für die ausgewählten Zeilen anzeigen</translation></message>
<message><source>Keyboard shortcuts</source><translation>Tastenkürzel</translation></message>
<message><source>Everywhere</source><translation>Überall</translation></message>
</context>
<context>
<name>Sort</name>
<message><source>Sort by the rules</source><translation>Nach den Regeln sortieren</translation></message>
<message><source>Files move to where the rules want them. Their names stay.</source><translation>Dateien kommen dorthin, wo die Regeln sie haben wollen. Ihre Namen bleiben.</translation></message>
<message><source>What moves</source><translation>Was verschoben wird</translation></message>
<message><source>{name} → {folder}</source><translation>{name} → {folder}</translation></message>
<message><source>and {count} more</source><translation>und {count} weitere</translation></message>
<message><source>There are no rules yet. Make some in the settings.</source><translation>Es gibt noch keine Regeln. Legen Sie welche in den Einstellungen an.</translation></message>
<message><source>All of it is where the rules want it.</source><translation>Alles ist dort, wo die Regeln es haben wollen.</translation></message>
<message><source>Moving {what}</source><translation>{what} werden verschoben</translation></message>
</context>
<context>
<name>Status</name>
<message><source>{used} of {budget} used</source><translation>{used} von {budget} verbraucht</translation></message>
<message><source>At this rate, {size} will have come by then.</source><translation>So weiter, und bis dahin sind {size} gekommen.</translation></message>
<message><source>When done: {deed}</source><translation>Danach: {deed}</translation></message>
<message numerus="yes"><source>%Ln active</source><translation><numerusform>%Ln aktiv</numerusform><numerusform>%Ln aktiv</numerusform></translation></message>
<message numerus="yes"><source>%Ln waiting</source><translation><numerusform>%Ln wartend</numerusform><numerusform>%Ln wartend</numerusform></translation></message>
<message><source>Limited to {speed}</source><translation>Begrenzt auf {speed}</translation></message>
<message><source>Nothing to do</source><translation>Nichts zu tun</translation></message>
<message><source>Leaving room: {speed}</source><translation>Lässt Platz: {speed}</translation></message>
<message><source>{size} free in {folder}</source><translation>{size} frei in {folder}</translation></message>
<message><source>Online</source><translation>Online</translation></message>
<message><source>Offline</source><translation>Offline</translation></message>
<message><source>The line is busy: answers took {slow} ms, and {usual} ms when it was free. Downloads step back to {speed} at most until they are quick again.</source><translation>Die Leitung ist belegt: Antworten dauerten {slow} ms, auf der freien Leitung {usual} ms. Downloads treten auf höchstens {speed} zurück, bis sie wieder schnell kommen.</translation></message>
</context>
<context>
<name>Story</name>
<message><source>Stopped, its queue is held</source><translation>Angehalten, die Warteschlange ist angehalten</translation></message>
<message><source>Stopped, the hours of its queue are over</source><translation>Angehalten, die Stunden der Warteschlange sind um</translation></message>
<message><source>Stopped, the network wants a login in a browser first</source><translation>Angehalten, das Netz verlangt zuerst eine Anmeldung im Browser</translation></message>
<message><source>Stopped, the network is metered</source><translation>Angehalten, das Netz zählt das Datenvolumen</translation></message>
<message><source>Stopped, the data budget is used up</source><translation>Angehalten, das Datenvolumen ist aufgebraucht</translation></message>
<message><source>Information</source><translation>Information</translation></message>
<message><source>Success</source><translation>Erfolg</translation></message>
<message><source>Warning</source><translation>Warnung</translation></message>
<message><source>Error</source><translation>Fehler</translation></message>
<message><source>Begun anew: the file on the server has changed</source><translation>Neu begonnen: Die Datei auf dem Server hat sich geändert</translation></message>
<message><source>Begun anew: the server cannot resume safely</source><translation>Neu begonnen: Der Server kann nicht sicher fortsetzen</translation></message>
<message><source>Begun anew: the unfinished file was missing or had been changed</source><translation>Neu begonnen: Die unfertige Datei fehlte oder war verändert</translation></message>
<message><source>The server does not say how long the file is, so a cut would look like its end</source><translation>Der Server nennt die Länge der Datei nicht; ein Abbruch sähe wie ihr Ende aus</translation></message>
<message><source>A file of that name was there already, so nothing was fetched</source><translation>Eine Datei dieses Namens war schon vorhanden, daher wurde nichts geladen</translation></message>
<message><source>The server names no version, so the bytes around each join were compared</source><translation>Der Server nennt keine Version, daher wurden die Bytes um jede Nahtstelle verglichen</translation></message>
<message><source>Blocks on disk had been changed and were fetched again</source><translation>Gespeicherte Blöcke waren verändert und wurden erneut geladen</translation></message>
<message><source>The server called it compressed and it was not; it was saved as it came</source><translation>Der Server nannte die Datei komprimiert, sie war es aber nicht; sie wurde unverändert gespeichert</translation></message>
<message><source>The server says it is another kind of file than its name promises</source><translation>Der Server nennt eine andere Dateiart, als der Name verspricht</translation></message>
<message><source>Characters that would hide the name's true ending were removed</source><translation>Zeichen, die die wahre Endung des Namens verbergen würden, wurden entfernt</translation></message>
<message><source>The only checksum known shows accidents, not forgeries</source><translation>Die einzige bekannte Prüfsumme erkennt Zufallsfehler, keine Fälschungen</translation></message>
<message><source>One of its addresses failed or had another file</source><translation>Eine der Adressen versagte oder hatte eine andere Datei</translation></message>
<message><source>The disk cannot set room aside, so it may run full on the way</source><translation>Der Datenträger kann keinen Platz reservieren und könnte unterwegs voll werden</translation></message>
<message><source>The feed was interrupted; the gaps are listed beside the file</source><translation>Die Übertragung war unterbrochen; die Lücken sind neben der Datei aufgelistet</translation></message>
<message><source>Ended on request; the file holds what had come</source><translation>Auf Wunsch beendet; die Datei enthält, was bis dahin kam</translation></message>
<message><source>The file could not be marked with where it came from</source><translation>Die Herkunft der Datei ließ sich nicht kennzeichnen</translation></message>
<message><source>Begun anew: what another program had left was not right</source><translation>Neu begonnen: Was ein anderes Programm hinterlassen hatte, war nicht richtig</translation></message>
<message><source>No checksum is known: of what another program had left only samples were compared</source><translation>Keine Prüfsumme bekannt: Von dem, was ein anderes Programm hinterlassen hatte, wurden nur Stichproben verglichen</translation></message>
<message><source>Added, from {host}</source><translation>Hinzugefügt, von {host}</translation></message>
<message numerus="yes"><source>%Ln more address(es)</source><translation><numerusform>%Ln weitere Adresse</numerusform><numerusform>%Ln weitere Adressen</numerusform></translation></message>
<message><source>Attempt {number} begins</source><translation>Versuch {number} beginnt</translation></message>
<message><source>length unknown</source><translation>Länge unbekannt</translation></message>
<message><source>can be resumed</source><translation>fortsetzbar</translation></message>
<message><source>cannot be resumed</source><translation>nicht fortsetzbar</translation></message>
<message><source>{host} answers</source><translation>{host} antwortet</translation></message>
<message numerus="yes"><source>%Ln connection(s) at work</source><translation><numerusform>%Ln Verbindung aktiv</numerusform><numerusform>%Ln Verbindungen aktiv</numerusform></translation></message>
<message><source>Trying again in {time}</source><translation>Neuer Versuch in {time}</translation></message>
<message><source>Trying again at once</source><translation>Sofort neuer Versuch</translation></message>
<message><source>Failed</source><translation>Fehlgeschlagen</translation></message>
<message><source>Begun anew, as asked for</source><translation>Neu begonnen, wie gewünscht</translation></message>
<message><source>Notice {number}</source><translation>Hinweis {number}</translation></message>
<message><source>{host} is asked no more</source><translation>{host} wird nicht mehr gefragt</translation></message>
<message><source>The {algorithm} checksum you gave is right</source><translation>Die selbst angegebene {algorithm}-Prüfsumme stimmt</translation></message>
<message><source>The {algorithm} checksum of every piece is right</source><translation>Die {algorithm}-Prüfsumme jedes Stücks stimmt</translation></message>
<message><source>The {algorithm} checksum is right</source><translation>Die {algorithm}-Prüfsumme stimmt</translation></message>
<message><source>The {algorithm} checksum from {source} is right</source><translation>Die {algorithm}-Prüfsumme aus {source} stimmt</translation></message>
<message><source>{time} after it was added</source><translation>{time} nach dem Hinzufügen</translation></message>
<message><source>Finished</source><translation>Fertig</translation></message>
<message><source>A connection to {host} ended early</source><translation>Eine Verbindung zu {host} endete vorzeitig</translation></message>
<message><source>the server sent no more</source><translation>der Server sendete nichts mehr</translation></message>
<message><source>{size} on disk had been changed and are fetched again</source><translation>{size} auf dem Datenträger waren verändert und werden erneut geladen</translation></message>
<message><source>Goes on from another address, at {host}</source><translation>Geht von einer anderen Adresse weiter, bei {host}</translation></message>
<message><source>Renamed to {name}</source><translation>Umbenannt in {name}</translation></message>
<message><source>Moved to {folder}</source><translation>Verschoben nach {folder}</translation></message>
<message><source>Checked again: every byte is right</source><translation>Erneut geprüft: Jedes Byte stimmt</translation></message>
<message><source>Checked again: the size is right, and nothing more is known</source><translation>Erneut geprüft: Die Größe stimmt, mehr ist nicht bekannt</translation></message>
<message><source>Checked again: it is not the file any more that was downloaded</source><translation>Erneut geprüft: Es ist nicht mehr die Datei, die heruntergeladen wurde</translation></message>
<message><source>Checked again: the file is no longer there</source><translation>Erneut geprüft: Die Datei ist nicht mehr da</translation></message>
<message><source>Checked again: the file cannot be read</source><translation>Erneut geprüft: Die Datei kann nicht gelesen werden</translation></message>
<message><source>Checked again: the file is there, and nothing more is known</source><translation>Erneut geprüft: Die Datei ist da, mehr ist nicht bekannt</translation></message>
<message><source>The check was stopped</source><translation>Die Prüfung wurde abgebrochen</translation></message>
<message><source>Checked again</source><translation>Erneut geprüft</translation></message>
<message><source>by the digests Headrace kept of it</source><translation>anhand der von Headrace aufbewahrten Prüfwerte</translation></message>
<message><source>{size} of another program's file taken over</source><translation>{size} aus der Datei eines anderen Programms übernommen</translation></message>
<message numerus="yes"><source>%Ln sample(s) compared with the server's</source><translation><numerusform>%Ln Stichprobe mit dem Server verglichen</numerusform><numerusform>%Ln Stichproben mit dem Server verglichen</numerusform></translation></message>
<message><source>A new version of a watched file, now called {name}</source><translation>Eine neue Version einer überwachten Datei, die jetzt {name} heißt</translation></message>
<message><source>A newer version has the name {name} now</source><translation>Den Namen {name} hat jetzt eine neuere Version</translation></message>
<message><source>Paused</source><translation>Pausiert</translation></message>
<message><source>Resumed</source><translation>Fortgesetzt</translation></message>
<message><source>Taken off the list</source><translation>Aus der Liste entfernt</translation></message>
<message><source>Put back on the list</source><translation>Wieder in die Liste aufgenommen</translation></message>
<message><source>Headrace was closed</source><translation>Headrace wurde beendet</translation></message>
<message><source>Headrace started and found it under way</source><translation>Headrace wurde gestartet und fand den Download unfertig vor</translation></message>
<message><source>Stopped</source><translation>Angehalten</translation></message>
<message><source>Asked for anew, from the first byte</source><translation>Neu angefordert, vom ersten Byte an</translation></message>
<message><source>{size} here</source><translation>{size} hier</translation></message>
<message><source>HTTP status {status}</source><translation>HTTP-Status {status}</translation></message>
<message><source>Reason {number}</source><translation>Grund {number}</translation></message>
</context>
<context>
<name>TakeOver</name>
<message><source>Take over an unfinished file</source><translation>Unfertige Datei übernehmen</translation></message>
<message><source>Take over</source><translation>Übernehmen</translation></message>
<message><source>Address it came from</source><translation>Adresse, von der sie kam</translation></message>
<message><source>This is not an address. It begins with https:// or http://.</source><translation>Das ist keine Adresse. Sie beginnt mit https:// oder http://.</translation></message>
<message><source>{size} of {total}</source><translation>{size} von {total}</translation></message>
<message><source>{name}: {there}, left by {program}.</source><translation>{name}: {there}, hinterlassen von {program}.</translation></message>
<message><source>{name}: {there}.</source><translation>{name}: {there}.</translation></message>
<message><source>Samples are compared with the server's file first; the download then goes on in the same folder. End it in the other program before.</source><translation>Zuerst werden Stichproben mit der Datei des Servers verglichen; dann geht der Download im selben Ordner weiter. Beenden Sie ihn vorher im anderen Programm.</translation></message>
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
<message><source>No limit</source><translation>Kein Limit</translation></message>
<message><source>{size}/s</source><translation>{size}/s</translation></message>
<message><source>{number} %</source><translation>{number} %</translation></message>
<message><source>a moment</source><translation>unter 1 s</translation></message>
<message><source>{seconds} s</source><translation>{seconds} s</translation></message>
<message><source>about {time}</source><translation>etwa {time}</translation></message>
<message numerus="yes"><source>about %Ln day(s)</source><translation><numerusform>etwa %Ln Tag</numerusform><numerusform>etwa %Ln Tage</numerusform></translation></message>
<message><source>over a month</source><translation>über 1 Monat</translation></message>
<message><source>{minutes} min</source><translation>{minutes} min</translation></message>
<message><source>{hours} h</source><translation>{hours} h</translation></message>
<message><source>yesterday</source><translation>gestern</translation></message>
<message><source>d MMM</source><extracomment>A date of this year in Qt's format: d is the day, MMM the month's short name. "MMM d", "M月d日"</extracomment><translation>d. MMM</translation></message>
<message><source>d MMM yyyy</source><extracomment>A date in Qt's format: d is the day, MMM the month's short name, yyyy the year</extracomment><translation>d. MMM yyyy</translation></message>
</context>
<context>
<name>Unpacking</name>
<message><source>There is no program here that plays sounds</source><translation>Hier gibt es kein Programm, das Töne abspielt</translation></message>
<message><source>Stop</source><translation>Stopp</translation></message>
<message><source>Open</source><translation>Öffnen</translation></message>
<message><source>It is no zip, tar or 7z archive.</source><translation>Das ist kein Archiv vom Typ zip, tar oder 7z.</translation></message>
<message><source>RAR archives are not extracted.</source><translation>RAR-Archive werden nicht entpackt.</translation></message>
<message><source>It is one part of several, which are not put together.</source><translation>Das ist einer von mehreren Teilen; sie werden nicht zusammengesetzt.</translation></message>
<message><source>The file is not there any more.</source><translation>Die Datei ist nicht mehr da.</translation></message>
<message><source>The library {detail} is not installed.</source><translation>Die Bibliothek {detail} ist nicht installiert.</translation></message>
<message><source>It is packed in a way that is not known here.</source><translation>Es ist auf eine Weise gepackt, die hier nicht bekannt ist.</translation></message>
<message><source>It wants a password.</source><translation>Es verlangt ein Passwort.</translation></message>
<message><source>It is damaged.</source><translation>Es ist beschädigt.</translation></message>
<message><source>A name in it leads out of its folder: {detail}</source><translation>Ein Name darin führt aus dem Ordner hinaus: {detail}</translation></message>
<message><source>It was made to do harm: several files in it are the same bytes.</source><translation>Es soll Schaden anrichten: Mehrere Dateien darin sind dieselben Bytes.</translation></message>
<message><source>It unpacks to far more than it is.</source><translation>Entpackt wäre es weit größer, als es ist.</translation></message>
<message><source>It holds too many files.</source><translation>Es enthält zu viele Dateien.</translation></message>
<message><source>There is too little room on the disk.</source><translation>Auf dem Datenträger ist zu wenig Platz.</translation></message>
<message><source>The disk refuses: {detail}</source><translation>Der Datenträger verweigert es: {detail}</translation></message>
<message><source>It was stopped.</source><translation>Es wurde gestoppt.</translation></message>
<message><source>“{name}” was not extracted. {why}</source><translation>„{name}“ wurde nicht entpackt. {why}</translation></message>
<message><source>“{name}” extracted</source><translation>„{name}“ entpackt</translation></message>
<message numerus="yes"><source>%Ln file(s)</source><translation><numerusform>%Ln Datei</numerusform><numerusform>%Ln Dateien</numerusform></translation></message>
<message numerus="yes"><source>%Ln link(s) left out</source><translation><numerusform>%Ln Verknüpfung ausgelassen</numerusform><numerusform>%Ln Verknüpfungen ausgelassen</numerusform></translation></message>
<message><source>Extracting “{name}”…</source><translation>„{name}“ wird entpackt …</translation></message>
</context>
<context>
<name>Watch</name>
<message><source>A new version has arrived</source><translation>Eine neue Version ist da</translation></message>
<message><source>minutes</source><translation>Minuten</translation></message>
<message><source>hours</source><translation>Stunden</translation></message>
<message><source>days</source><translation>Tage</translation></message>
<message><source>Watch for changes</source><translation>Auf Änderungen überwachen</translation></message>
<message><source>Watch</source><translation>Überwachen</translation></message>
<message><source>Look &amp;every</source><translation>Nachsehen &amp;alle</translation></message>
<message><source>Versions to &amp;keep, the newest among them</source><translation>Versionen, die &amp;behalten werden, die neueste eingeschlossen</translation></message>
<message><source>Time between two looks</source><translation>Zeit zwischen zwei Blicken</translation></message>
<message><source>Unit of the time between two looks</source><translation>Einheit der Zeit zwischen zwei Blicken</translation></message>
<message><source>All</source><translation>Alle</translation></message>
<message><source>&amp;Look now</source><translation>&amp;Jetzt nachsehen</translation></message>
<message><source>&amp;Stop watching</source><translation>Nicht &amp;mehr überwachen</translation></message>
<message><source>A recording cannot be watched.</source><translation>Eine Aufnahme kann nicht überwacht werden.</translation></message>
<message><source>While Headrace runs, the server is asked whether the file has changed. A new version is downloaded and takes the file's name; the one before it is kept under a name with its date.</source><translation>Solange Headrace läuft, wird der Server gefragt, ob sich die Datei geändert hat. Eine neue Version wird heruntergeladen und erhält den Namen der Datei; die vorige bleibt unter einem Namen mit ihrem Datum erhalten.</translation></message>
<message><source>Show in folder</source><translation>Im Ordner anzeigen</translation></message>
<message><source>changed version of a watched file</source><translation>geänderte Version einer überwachten Datei</translation></message>
<message><source>watched: a change, being fetched</source><translation>überwacht: geändert, wird geholt</translation></message>
<message><source>watched: {reason}</source><translation>überwacht: {reason}</translation></message>
<message><source>watched</source><translation>überwacht</translation></message>
<message><source>watched: new version, {time}</source><translation>überwacht: neue Version, {time}</translation></message>
<message><source>watched: no change, {time}</source><translation>überwacht: unverändert, {time}</translation></message>
<message><source>Last look: {time}, {outcome}.</source><translation>Zuletzt nachgesehen: {time}, {outcome}.</translation></message>
<message><source>Next look: {time}.</source><translation>Nächstes Mal: {time}.</translation></message>
<message numerus="yes"><source>%Ln earlier version(s) kept.</source><translation><numerusform>%Ln frühere Version behalten.</numerusform><numerusform>%Ln frühere Versionen behalten.</numerusform></translation></message>
<message><source>something has changed</source><translation>etwas hat sich geändert</translation></message>
<message><source>a new version</source><translation>eine neue Version</translation></message>
<message><source>no change</source><translation>keine Änderung</translation></message>
<message><source>A new version of {name} has arrived</source><translation>Eine neue Version von {name} ist da</translation></message>
</context>
<context>
<name>Window</name>
<message><source>The command {what} could not be run: {why}.</source><translation>Der Befehl {what} konnte nicht ausgeführt werden: {why}.</translation></message>
<message><source>{what} could not be told what happens: {why}.</source><translation>{what} konnte nicht mitgeteilt werden, was geschieht: {why}.</translation></message>
<message><source>The list {what} could not be added: {why}.</source><translation>Die Liste {what} konnte nicht hinzugefügt werden: {why}.</translation></message>
<message><source>More</source><translation>Mehr</translation></message>
<message><source>Add</source><translation>Hinzufügen</translation></message>
<message numerus="yes"><source>%Ln link(s) to files on the clipboard</source><translation><numerusform>%Ln Link zu einer Datei in der Zwischenablage</numerusform><numerusform>%Ln Links zu Dateien in der Zwischenablage</numerusform></translation></message>
<message><source>This network wants a login first: open any page in your browser.</source><translation>Dieses Netz verlangt zuerst eine Anmeldung: Öffnen Sie eine beliebige Seite im Browser.</translation></message>
<message><source>Nothing matches “{text}”</source><translation>Nichts passt zu „{text}“</translation></message>
<message><source>Clear the search</source><translation>Suche leeren</translation></message>
<message><source>Nothing here at the moment</source><translation>Hier ist gerade nichts</translation></message>
<message><source>Choose All to see everything</source><translation>„Alle“ wählen, um alles zu sehen</translation></message>
<message><source>Drop links here</source><translation>Links hier ablegen</translation></message>
<message><source>or press Ctrl+N to add some, Ctrl+V to paste what you copied</source><translation>oder Strg+N zum Hinzufügen, Strg+V zum Einfügen von Kopiertem</translation></message>
<message><source>There is no address in it</source><translation>Darin ist keine Adresse</translation></message>
<message numerus="yes"><source>Added %Ln download(s)</source><translation><numerusform>%Ln Download hinzugefügt</numerusform><numerusform>%Ln Downloads hinzugefügt</numerusform></translation></message>
<message><source>There is no address on the clipboard</source><translation>In der Zwischenablage ist keine Adresse</translation></message>
<message><source>Close this message</source><translation>Diese Meldung schließen</translation></message>
<message><source>Search name, address or host</source><translation>Name, Adresse oder Host suchen</translation></message>
<message><source>Other programs cannot be served at port {port}: {why}. Choose another port.</source><translation>Andere Programme können an Port {port} nicht bedient werden: {why}. Wählen Sie einen anderen Port.</translation></message>
<message><source>Speed limit over all downloads</source><translation>Tempolimit für alle Downloads</translation></message>
<message><source>Quiet, speed limit: {limit}</source><translation>Leise, Tempolimit: {limit}</translation></message>
<message><source>Speed limit: {limit}</source><translation>Tempolimit: {limit}</translation></message>
<message><source>Other limit…</source><translation>Anderes Limit…</translation></message>
<message><source>Headrace cannot save to its profile folder. {reason}</source><translation>Headrace kann nicht in seinen Profilordner speichern. {reason}</translation></message>
</context>
<context>
<name>Words</name>
<message><source>Waiting, the queue is held</source><translation>Wartet, die Warteschlange ist angehalten</translation></message>
<message><source>Waiting for the hours of its queue</source><translation>Wartet auf die Stunden der Warteschlange</translation></message>
<message><source>Waiting, this network wants a login in a browser</source><translation>Wartet, dieses Netz verlangt eine Anmeldung im Browser</translation></message>
<message><source>Waiting for a network that is not metered</source><translation>Wartet auf ein Netz ohne Volumenzählung</translation></message>
<message><source>Waiting, the data budget is used up</source><translation>Wartet, das Datenvolumen ist aufgebraucht</translation></message>
<message><source>Waiting for the hours of its queue, from {time}</source><translation>Wartet auf die Stunden der Warteschlange, ab {time}</translation></message>
<message><source>Waiting, the data budget is used up until {time}</source><translation>Wartet, das Datenvolumen ist bis {time} aufgebraucht</translation></message>
<message><source>Waiting, the data budget of {budget} is used up until {time}</source><translation>Wartet, das Datenvolumen von {budget} ist bis {time} aufgebraucht</translation></message>
<message><source>All</source><translation>Alle</translation></message>
<message><source>Active</source><translation>Aktiv</translation></message>
<message><source>Waiting</source><translation>Wartend</translation></message>
<message><source>Paused</source><translation>Pausiert</translation></message>
<message><source>Finished</source><translation>Fertig</translation></message>
<message><source>Failed</source><translation>Fehlgeschlagen</translation></message>
<message><source>Video</source><translation>Videos</translation></message>
<message><source>Music</source><translation>Musik</translation></message>
<message><source>Pictures</source><translation>Bilder</translation></message>
<message><source>Documents</source><translation>Dokumente</translation></message>
<message><source>Archives</source><translation>Archive</translation></message>
<message><source>Programs</source><translation>Programme</translation></message>
<message><source>Other</source><translation>Sonstiges</translation></message>
<message><source>Connecting</source><translation>Verbindet</translation></message>
<message><source>Downloading</source><translation>Lädt</translation></message>
<message><source>Trying again soon</source><translation>Neuer Versuch folgt</translation></message>
<message><source>Finishing</source><translation>Schließt ab</translation></message>
<message><source>Done</source><translation>Fertig</translation></message>
<message numerus="yes"><source>%Ln connection(s)</source><translation><numerusform>%Ln Verbindung</numerusform><numerusform>%Ln Verbindungen</numerusform></translation></message>
<message numerus="yes"><source>%Ln download(s)</source><translation><numerusform>%Ln Download</numerusform><numerusform>%Ln Downloads</numerusform></translation></message>
<message><source>Missing</source><comment>a file that is gone</comment><translation>Fehlt</translation></message>
<message><source>{size} so far</source><translation>bisher {size}</translation></message>
<message><source>Private</source><translation>Privat</translation></message>
<message><source>Waiting for a free place</source><translation>Wartet auf einen freien Platz</translation></message>
<message><source>Waiting in {queue}, number {place} in line</source><translation>Wartet in {queue}, Nummer {place} in der Reihe</translation></message>
<message><source>Waiting for a free place, next in line</source><translation>Wartet auf einen freien Platz, als Nächstes an der Reihe</translation></message>
<message><source>Waiting for a free place, number {place} in line</source><translation>Wartet auf einen freien Platz, Nummer {place} in der Reihe</translation></message>
<message><source>Connecting to {host}</source><translation>Verbindet mit {host}</translation></message>
<message><source>from {host}</source><translation>von {host}</translation></message>
<message><source>nothing is arriving at the moment</source><translation>zurzeit kommt nichts an</translation></message>
<message><source>limited to {speed}</source><translation>begrenzt auf {speed}</translation></message>
<message><source>cannot be resumed</source><translation>nicht fortsetzbar</translation></message>
<message><source>Interrupted</source><translation>Unterbrochen</translation></message>
<message><source>{reason}, trying again soon</source><translation>{reason}, neuer Versuch folgt bald</translation></message>
<message><source>{reason}, trying again now</source><translation>{reason}, neuer Versuch läuft</translation></message>
<message><source>{reason}, trying again in {time}</source><translation>{reason}, neuer Versuch in {time}</translation></message>
<message><source>Checking the file and saving it for good</source><translation>Datei wird geprüft und endgültig gespeichert</translation></message>
<message><source>Paused · will begin again, the server cannot resume</source><translation>Pausiert · beginnt von vorn, Server kann nicht fortsetzen</translation></message>
<message><source>Paused · resumes from {size}</source><translation>Pausiert · geht ab {size} weiter</translation></message>
<message><source>{size} kept</source><translation>{size} bleiben erhalten</translation></message>
<message><source>File is no longer there</source><translation>Datei ist nicht mehr da</translation></message>
<message><source>Skipped, a file of that name was there already</source><translation>Übersprungen, eine Datei dieses Namens war schon vorhanden</translation></message>
<message><source>Finished, length checked</source><translation>Fertig, Länge geprüft</translation></message>
<message><source>Finished</source><comment>a download's state</comment><translation>Fertig</translation></message>
<message><source>Finished, verified by {proof}</source><translation>Fertig, geprüft mit {proof}</translation></message>
<message><source>{what} (needs {size} more)</source><translation>{what} ({size} fehlen)</translation></message>
<message><source>To log in: {command}</source><translation>Zum Anmelden: {command}</translation></message>
<message><source>{what}. {advice}.</source><translation>{what}. {advice}.</translation></message>
<message><source>The server's status was {status}.</source><translation>Der Status des Servers war {status}.</translation></message>
<message><source>{time} left</source><translation>noch {time}</translation></message>
</context>
</TS>
