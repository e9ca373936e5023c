<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="fr" sourcelanguage="en">
<context>
<name>Actions</name>
<message><source>&amp;Add downloads…</source><translation>&amp;Ajouter des téléchargements…</translation></message>
<message><source>Add</source><translation>Ajouter</translation></message>
<message><source>Add from the c&amp;lipboard</source><translation>Ajouter depuis le presse-pap&amp;iers</translation></message>
<message><source>&amp;Open lists…</source><translation>&amp;Ouvrir des listes…</translation></message>
<message><source>&amp;Export the list…</source><translation>&amp;Exporter la liste…</translation></message>
<message><source>&amp;Take over an unfinished file…</source><translation>&amp;Reprendre un fichier inachevé…</translation></message>
<message><source>&amp;Resume</source><translation>&amp;Reprendre</translation></message>
<message><source>A&amp;llow it and try again</source><translation>Autoriser et réessa&amp;yer</translation></message>
<message><source>&amp;End recording and keep it</source><translation>Terminer l’&amp;enregistrement et le garder</translation></message>
<message><source>&amp;Pause</source><translation>&amp;Pause</translation></message>
<message><source>Pause or resume</source><translation>Pause ou reprise</translation></message>
<message><source>Re&amp;move</source><translation>Re&amp;tirer</translation></message>
<message><source>Remove with f&amp;ile</source><translation>Retirer avec le &amp;fichier</translation></message>
<message><source>&amp;Delete for good…</source><translation>&amp;Supprimer définitivement…</translation></message>
<message><source>Move &amp;up in line</source><translation>&amp;Monter dans la file</translation></message>
<message><source>Move up</source><translation>Monter</translation></message>
<message><source>Move do&amp;wn in line</source><translation>&amp;Descendre dans la file</translation></message>
<message><source>Move down</source><translation>Descendre</translation></message>
<message><source>Move to the &amp;top</source><translation>Placer tout en &amp;haut</translation></message>
<message><source>Move to the &amp;bottom</source><translation>Placer tout en &amp;bas</translation></message>
<message><source>&amp;Open</source><translation>&amp;Ouvrir</translation></message>
<message><source>Show in &amp;folder</source><translation>&amp;Afficher dans le dossier</translation></message>
<message><source>Re&amp;name…</source><translation>Re&amp;nommer…</translation></message>
<message><source>Move to another fo&amp;lder…</source><translation>Déplacer vers un a&amp;utre dossier…</translation></message>
<message><source>Sort b&amp;y the rules…</source><translation>Ranger selon les rè&amp;gles…</translation></message>
<message><source>Change addre&amp;ss…</source><translation>Chan&amp;ger l’adresse…</translation></message>
<message><source>Lo&amp;g in…</source><translation>Se co&amp;nnecter…</translation></message>
<message><source>Show the c&amp;ertificate…</source><translation>Afficher le certi&amp;ficat…</translation></message>
<message><source>Rules for the h&amp;ost…</source><translation>Règles de l’h&amp;ôte…</translation></message>
<message><source>Cook&amp;ies…</source><translation>Cook&amp;ies…</translation></message>
<message><source>E&amp;xtract</source><translation>E&amp;xtraire</translation></message>
<message><source>&amp;Verify again</source><translation>&amp;Vérifier à nouveau</translation></message>
<message><source>&amp;Download again</source><translation>Té&amp;lécharger à nouveau</translation></message>
<message><source>Wat&amp;ch for changes…</source><translation>Surveiller les &amp;modifications…</translation></message>
<message><source>&amp;Hand over to yt-dlp</source><translation>&amp;Confier à yt-dlp</translation></message>
<message><source>Propert&amp;ies…</source><translation>Propr&amp;iétés…</translation></message>
<message><source>&amp;Copy address</source><translation>&amp;Copier l’adresse</translation></message>
<message><source>Select &amp;all</source><translation>&amp;Tout sélectionner</translation></message>
<message><source>Pause a&amp;ll</source><translation>Tout &amp;mettre en pause</translation></message>
<message><source>Resume all paus&amp;ed</source><translation>Tout &amp;reprendre</translation></message>
<message><source>&amp;Clear finished from the list</source><translation>Retirer &amp;les terminés de la liste</translation></message>
<message><source>&amp;Quiet</source><translation>&amp;Silencieux</translation></message>
<message><source>Start no&amp;w, regardless</source><translation>Démarrer tout de s&amp;uite, malgré tout</translation></message>
<message><source>&amp;Undo remove</source><translation>&amp;Annuler le retrait</translation></message>
<message><source>&amp;Find</source><translation>&amp;Rechercher</translation></message>
<message><source>&amp;Details</source><translation>&amp;Détails</translation></message>
<message><source>&amp;One-line rows</source><translation>Affichage &amp;compact</translation></message>
<message><source>&amp;History…</source><translation>&amp;Historique…</translation></message>
<message><source>&amp;Settings…</source><translation>&amp;Paramètres…</translation></message>
<message><source>&amp;Keyboard shortcuts</source><translation>Raccourcis cla&amp;vier</translation></message>
<message><source>&amp;About Headrace</source><translation>À propo&amp;s de Headrace</translation></message>
<message><source>When all is &amp;done</source><translation>Quand &amp;tout est terminé</translation></message>
<message><source>&amp;Quit</source><translation>&amp;Quitter</translation></message>
<message><source>&amp;File</source><translation>&amp;Fichier</translation></message>
<message><source>&amp;Edit</source><translation>É&amp;dition</translation></message>
<message><source>&amp;View</source><translation>Affic&amp;hage</translation></message>
<message><source>&amp;Download</source><translation>&amp;Téléchargement</translation></message>
<message><source>&amp;Help</source><translation>&amp;Aide</translation></message>
<message><source>&amp;Try again</source><translation>Réessa&amp;yer</translation></message>
<message><source>&amp;Copy addresses</source><translation>&amp;Copier les adresses</translation></message>
<message><source>Rules for {host}…</source><translation>Règles pour {host}…</translation></message>
<message><source>Show the host k&amp;ey…</source><translation>A&amp;fficher la clé d’hôte…</translation></message>
</context>
<context>
<name>Add</name>
<message><source>Addresses</source><translation>Adresses</translation></message>
<message><source>Add downloads</source><translation>Ajouter des téléchargements</translation></message>
<message><source>Reading… {count}</source><translation>Lecture… {count}</translation></message>
<message><source>The text is too long: its end is left out.</source><translation>Le texte est trop long : sa fin est laissée de côté.</translation></message>
<message><source>at least {size}</source><translation>au moins {size}</translation></message>
<message numerus="yes"><source>%Ln line(s) without an address</source><translation><numerusform>%Ln ligne sans adresse</numerusform><numerusform>%Ln lignes sans adresse</numerusform></translation></message>
<message><source>Download</source><translation>Télécharger</translation></message>
<message><source>A&amp;dd paused</source><translation>Ajouter en &amp;pause</translation></message>
<message><source>Download {count}</source><translation>Télécharger ({count})</translation></message>
<message><source>Download now</source><translation>Télécharger maintenant</translation></message>
<message><source>Take &amp;brackets as they are</source><translation>&amp;Garder les crochets tels quels</translation></message>
<message><source>For addresses that really hold [1-3] or {a,b}</source><translation>Pour les adresses qui contiennent vraiment [1-3] ou {a,b}</translation></message>
<message><source>Mor&amp;e: headers, login, proxy, limit, checksum, mirrors</source><translation>Plu&amp;s : en-têtes, identifiants, proxy, limite, somme de contrôle, miroirs</translation></message>
<message><source>Cancel</source><translation>Annuler</translation></message>
<message><source>One address a line, patterns such as [01-12], or a pasted curl command</source><translation>Une adresse par ligne, des motifs comme [01-12] ou une commande curl collée</translation></message>
<message><source>Headrace</source><translation>Headrace</translation></message>
<message><source>Firefox on Windows</source><translation>Firefox sous Windows</translation></message>
<message><source>Chrome on Windows</source><translation>Chrome sous Windows</translation></message>
<message><source>Edge on Windows</source><translation>Edge sous Windows</translation></message>
<message><source>Safari on a Mac</source><translation>Safari sur Mac</translation></message>
<message><source>curl</source><translation>curl</translation></message>
<message><source>&amp;Headers, one a line</source><translation>En-&amp;têtes, un par ligne</translation></message>
<message><source>&amp;Referer</source><translation>&amp;Référent</translation></message>
<message><source>User &amp;agent</source><translation>&amp;Agent utilisateur</translation></message>
<message><source>&amp;User name</source><translation>Nom d’&amp;utilisateur</translation></message>
<message><source>&amp;Password</source><translation>&amp;Mot de passe</translation></message>
<message><source>Cookies</source><translation>Cookies</translation></message>
<message><source>C&amp;onnections at most</source><translation>C&amp;onnexions maximum</translation></message>
<message><source>Speed &amp;limit</source><translation>&amp;Limite de vitesse</translation></message>
<message><source>Pro&amp;xy</source><translation>Pro&amp;xy</translation></message>
<message><source>Chec&amp;ksum</source><translation>Somme de contrôl&amp;e</translation></message>
<message><source>&amp;Mirrors, one a line</source><translation>M&amp;iroirs, un par ligne</translation></message>
<message><source>Name: value</source><translation>Name: value</translation></message>
<message><source>As in the settings</source><translation>Selon les paramètres</translation></message>
<message><source>sha256:… or the bare digest</source><translation>sha256:… ou l’empreinte seule</translation></message>
<message><source>Other addresses of the same file</source><translation>Autres adresses du même fichier</translation></message>
<message><source>No limit of its own</source><translation>Pas de limite propre</translation></message>
<message><source> MB/s</source><translation> Mo/s</translation></message>
<message><source>Pri&amp;vate</source><translation>Pri&amp;vé</translation></message>
<message><source>Nothing is kept of it but the file: no history, no log, no mark. What is unfinished when Headrace ends is deleted.</source><translation>Il n’en reste que le fichier : ni historique, ni journal, ni marque. Ce qui n’est pas terminé quand Headrace s’arrête est supprimé.</translation></message>
<message><source>The header “{name}” cannot be sent: write Name: value</source><translation>L’en-tête « {name} » ne peut pas être envoyé : écrivez Name: value</translation></message>
<message><source>Headrace sets the header “{name}” itself</source><translation>Headrace définit lui-même l’en-tête « {name} »</translation></message>
<message><source>Write the proxy as http://proxy.example:3128, or “direct” for none</source><translation>Écrivez le proxy sous la forme http://proxy.example:3128, ou « direct » pour aucun</translation></message>
<message><source>This is no checksum: digits are missing, or too many</source><translation>Somme de contrôle non valide : il manque des chiffres, ou il y en a trop</translation></message>
<message><source>This checksum proves nothing; SHA-256 would</source><translation>Cette somme de contrôle ne prouve rien, contrairement à SHA-256</translation></message>
<message><source>A mirror is an address with http, https, ftp or sftp</source><translation>Un miroir est une adresse en http, https, ftp ou sftp</translation></message>
<message><source>{most} mirrors are the most</source><translation>{most} miroirs au maximum</translation></message>
<message><source>&amp;Name</source><translation>&amp;Nom</translation></message>
<message><source>&amp;Category</source><translation>&amp;Catégorie</translation></message>
<message><source>&amp;Queue</source><translation>&amp;File d’attente</translation></message>
<message><source>By type</source><translation>Selon le type</translation></message>
<message><source>Main</source><translation>Principale</translation></message>
<message><source>&amp;Save to (folder of the queue {queue})</source><extracomment>{queue} is the name of a queue that has a folder of its own</extracomment><translation>Enregistrer &amp;dans (dossier de la file {queue})</translation></message>
<message><source>&amp;Save to</source><translation>Enregistrer &amp;dans</translation></message>
<message numerus="yes"><source>Already there: %Ln</source><translation><numerusform>Déjà présent : %Ln</numerusform><numerusform>Déjà présents : %Ln</numerusform></translation></message>
<message><source>{status}, not found</source><translation>{status}, introuvable</translation></message>
<message><source>{status}, gone</source><translation>{status}, supprimé</translation></message>
<message><source>{status}, refused</source><translation>{status}, refusé</translation></message>
<message><source>needs a login</source><translation>identifiants requis</translation></message>
<message><source>proxy needs a login</source><translation>identifiants du proxy requis</translation></message>
<message><source>proxy cannot be reached</source><translation>proxy injoignable</translation></message>
<message><source>proxy refuses</source><translation>le proxy refuse</translation></message>
<message><source>{status}, too many requests</source><translation>{status}, trop de requêtes</translation></message>
<message><source>{status}, server is busy</source><translation>{status}, serveur surchargé</translation></message>
<message><source>{status}, server has a fault</source><translation>{status}, erreur du serveur</translation></message>
<message><source>no such server</source><translation>serveur inexistant</translation></message>
<message><source>cannot be reached</source><translation>injoignable</translation></message>
<message><source>does not answer</source><translation>ne répond pas</translation></message>
<message><source>connection lost</source><translation>connexion perdue</translation></message>
<message><source>not to be trusted</source><translation>non fiable</translation></message>
<message><source>needs an extra: {detail}</source><translation>nécessite un extra : {detail}</translation></message>
<message><source>host key is not known</source><translation>clé d’hôte inconnue</translation></message>
<message><source>host key has changed</source><translation>la clé d’hôte a changé</translation></message>
<message><source>not secure</source><translation>non sécurisé</translation></message>
<message><source>leads to an unsafe place</source><translation>mène à une adresse non sûre</translation></message>
<message><source>leads into a private network</source><translation>mène à un réseau privé</translation></message>
<message><source>leads in circles</source><translation>tourne en rond</translation></message>
<message><source>no file there</source><translation>aucun fichier</translation></message>
<message><source>answer makes no sense</source><translation>réponse incompréhensible</translation></message>
<message><source>no web server</source><translation>pas un serveur web</translation></message>
<message><source>already in the list</source><translation>déjà dans la liste</translation></message>
<message><source>file is there already</source><translation>fichier déjà présent</translation></message>
<message><source>name is taken in the list</source><translation>nom déjà pris dans la liste</translation></message>
<message><source>will be resumed</source><translation>sera repris</translation></message>
<message><source>again, new name</source><translation>à nouveau, autre nom</translation></message>
<message><source>will be replaced</source><translation>sera remplacé</translation></message>
<message><source>The command's proxy is not used.</source><translation>Le proxy de la commande n’est pas utilisé.</translation></message>
<message><source>Certificates are checked as always, whatever the command says.</source><translation>Les certificats sont vérifiés comme toujours, quoi qu’en dise la commande.</translation></message>
<message><source>The command's file of cookies is not read.</source><translation>Le fichier de cookies de la commande n’est pas lu.</translation></message>
<message><source>The files that the command names are not read.</source><translation>Les fichiers cités par la commande ne sont pas lus.</translation></message>
<message><source>The command asks for a part; the whole file is fetched.</source><translation>La commande demande une partie ; le fichier entier est téléchargé.</translation></message>
<message><source>The command logs in by a scheme that is not supported.</source><translation>La commande s’identifie par une méthode non prise en charge.</translation></message>
<message><source>A header of the command cannot be sent and is left out.</source><translation>Un en-tête de la commande ne peut pas être envoyé et est ignoré.</translation></message>
<message><source>asking…</source><translation>interrogation…</translation></message>
<message><source>a web page</source><translation>une page web</translation></message>
<message><source>cannot be resumed</source><translation>reprise impossible</translation></message>
<message><source>resumable</source><translation>reprise possible</translation></message>
<message><source>{checksum} expected</source><translation>{checksum} attendu</translation></message>
<message><source>{algorithm} must be {digest}</source><translation>{algorithm} doit valoir {digest}</translation></message>
<message><source>Skip</source><translation>Ignorer</translation></message>
<message><source>Resume</source><translation>Reprendre</translation></message>
<message><source>Keep both</source><translation>Garder les deux</translation></message>
<message><source>Replace</source><translation>Remplacer</translation></message>
<message><source>Leave what is there, and add nothing</source><translation>Laisser ce qui est là, sans rien ajouter</translation></message>
<message><source>Go on with the download in the list</source><translation>Continuer le téléchargement de la liste</translation></message>
<message><source>Fetch again, under a new name</source><translation>Télécharger à nouveau, sous un autre nom</translation></message>
<message><source>Fetch again; the new file takes the place of the old one</source><translation>Télécharger à nouveau ; le nouveau fichier remplace l’ancien</translation></message>
<message><source>Downloads found in the text</source><translation>Téléchargements trouvés dans le texte</translation></message>
<message><source>Tick</source><translation>Cocher</translation></message>
<message><source>Untick</source><translation>Décocher</translation></message>
<message><source>Tick only these</source><translation>Ne cocher que ceux-ci</translation></message>
<message><source>Tick all</source><translation>Tout cocher</translation></message>
<message><source>Untick all</source><translation>Tout décocher</translation></message>
<message><source>Ask the server again</source><translation>Interroger à nouveau le serveur</translation></message>
<message numerus="yes"><source>Copy %Ln address(es)</source><translation><numerusform>Copier l’adresse</numerusform><numerusform>Copier %Ln adresses</numerusform></translation></message>
<message><source>What you paste appears here</source><translation>Ce que vous collez apparaît ici</translation></message>
<message><source>Sends the headers {names}</source><translation>Envoie les en-têtes {names}</translation></message>
<message><source>is not an address</source><translation>n’est pas une adresse</translation></message>
<message><source>its checksum is damaged</source><translation>sa somme de contrôle est altérée</translation></message>
<message><source>a checksum, and no file of that name</source><translation>une somme de contrôle, mais aucun fichier de ce nom</translation></message>
<message><source>stands for {count} addresses, {most} is the most</source><translation>correspond à {count} adresses, pour {most} au maximum</translation></message>
<message><source>it holds spaces or control characters</source><translation>contient des espaces ou des caractères de contrôle</translation></message>
<message><source>does not begin with http://, https://, ftp:// or sftp://</source><translation>ne commence pas par http://, https://, ftp:// ou sftp://</translation></message>
<message><source>has a backslash in its host</source><translation>contient une barre oblique inverse dans l’hôte</translation></message>
<message><source>names no host</source><translation>n’indique aucun hôte</translation></message>
<message><source>its host or port is not valid</source><translation>l’hôte ou le port n’est pas valide</translation></message>
<message><source>is a magnet link: a torrent client is for it</source><translation>est un lien magnet : c’est l’affaire d’un client torrent</translation></message>
<message><source>sends a form or a file, which a download cannot</source><translation>envoie un formulaire ou un fichier, ce qu’un téléchargement ne peut pas faire</translation></message>
<message><source>asks by another method than GET, which a download cannot</source><translation>utilise une autre méthode que GET, ce qu’un téléchargement ne peut pas faire</translation></message>
<message><source>follows the links of pages; Headrace fetches single files</source><translation>suit les liens des pages ; Headrace télécharge des fichiers un à un</translation></message>
</context>
<context>
<name>Budgets</name>
<message><source>All networks</source><translation>Tous les réseaux</translation></message>
<message><source>Metered networks</source><translation>Réseaux limités</translation></message>
<message><source>Wi-Fi</source><translation>Wi-Fi</translation></message>
<message><source>Mobile networks</source><translation>Réseaux mobiles</translation></message>
<message><source>Ethernet</source><translation>Ethernet</translation></message>
<message><source>Other kinds of networks</source><translation>Autres types de réseaux</translation></message>
<message><source>{size} a day ({networks})</source><translation>{size} par jour ({networks})</translation></message>
<message><source>{size} a week ({networks})</source><translation>{size} par semaine ({networks})</translation></message>
<message><source>{size} a month ({networks})</source><translation>{size} par mois ({networks})</translation></message>
<message><source>Each day</source><translation>Chaque jour</translation></message>
<message><source>Each week</source><translation>Chaque semaine</translation></message>
<message><source>Each month</source><translation>Chaque mois</translation></message>
<message><source>It is whole again on {day}.</source><translation>Il est de nouveau entier le {day}.</translation></message>
<message><source>What comes now does not count.</source><translation>Ce qui arrive maintenant ne compte pas.</translation></message>
<message><source> GB</source><translation> Go</translation></message>
<message><source>from day</source><translation>à partir du</translation></message>
<message><source>How much may come: {budget}</source><translation>Combien peut arriver : {budget}</translation></message>
<message><source>How often: {budget}</source><translation>À quelle fréquence : {budget}</translation></message>
<message><source>Which networks count: {budget}</source><translation>Quels réseaux comptent : {budget}</translation></message>
<message><source>The day on which a month begins: {budget}</source><translation>Le jour où commence un mois : {budget}</translation></message>
<message><source>Remove {budget}</source><translation>Supprimer {budget}</translation></message>
<message><source>Add budget</source><translation>Ajouter un forfait</translation></message>
<message><source>There is a budget for these networks and this period already.</source><translation>Il y a déjà un forfait pour ces réseaux et cette période.</translation></message>
<message><source>The budget is removed: {budget}</source><translation>Le forfait est supprimé : {budget}</translation></message>
</context>
<context>
<name>Categories</name>
<message><source>Add category</source><translation>Ajouter une catégorie</translation></message>
<message><source>{name} is as it was.</source><translation>{name} est de nouveau comme avant.</translation></message>
<message><source>New category</source><translation>Nouvelle catégorie</translation></message>
<message><source>nothing yet</source><translation>rien pour l’instant</translation></message>
<message><source>Bring {name} back to what it was</source><translation>Rétablir {name}</translation></message>
<message><source>Show {name} earlier</source><translation>Afficher {name} plus tôt</translation></message>
<message><source>Show {name} later</source><translation>Afficher {name} plus tard</translation></message>
<message><source>There is a category of this name.</source><translation>Il existe déjà une catégorie de ce nom.</translation></message>
<message><source>A category needs a name of 60 characters at most.</source><translation>Une catégorie a besoin d’un nom de 60 caractères au plus.</translation></message>
<message><source>Write endings such as epub, without a dot within.</source><translation>Écrivez des extensions comme epub, sans point à l’intérieur.</translation></message>
<message><source>Write types such as application/pdf or audio/*.</source><translation>Écrivez des types comme application/pdf ou audio/*.</translation></message>
<message><source>Name</source><translation>Nom</translation></message>
<message><source>Picture</source><translation>Image</translation></message>
<message><source>Types the server tells</source><translation>Types annoncés par le serveur</translation></message>
<message><source>Disc</source><translation>Disque</translation></message>
<message><source>Key</source><translation>Clé</translation></message>
<message><source>Tool</source><translation>Outil</translation></message>
</context>
<context>
<name>Certificate</name>
<message><source>Host key of {host}</source><translation>Clé d’hôte de {host}</translation></message>
<message><source>Certificate of {host}</source><translation>Certificat de {host}</translation></message>
<message><source>Trust this key</source><translation>Approuver cette clé</translation></message>
<message><source>Trust this certificate</source><translation>Approuver ce certificat</translation></message>
<message><source>It is another key than the one known before. Either the server was set up anew, or somebody stands between you and it. Trust it only if whoever runs the server tells you the same fingerprint.</source><translation>Ce n’est pas la clé connue jusqu’ici. Soit le serveur a été réinstallé, soit quelqu’un se trouve entre vous et lui. Approuvez-la seulement si la personne qui gère le serveur vous donne la même empreinte.</translation></message>
<message><source>It is not known yet, and somebody may stand between you and the server. Trust it only if whoever runs the server tells you the same fingerprint; then no other key is accepted there.</source><translation>Elle n’est pas encore connue, et quelqu’un peut se trouver entre vous et le serveur. Approuvez-la seulement si la personne qui gère le serveur vous donne la même empreinte ; aucune autre clé n’y sera alors acceptée.</translation></message>
<message><source>It is not trusted: {why}. Somebody may stand between you and the server. Trust it only if you know the server and its fingerprint; then no other certificate is accepted there.</source><translation>Il n’est pas approuvé : {why}. Quelqu’un peut se trouver entre vous et le serveur. Approuvez-le seulement si vous connaissez le serveur et son empreinte ; aucun autre certificat n’y sera alors accepté.</translation></message>
<message><source>The server is asked for it…</source><translation>On le demande au serveur…</translation></message>
<message><source>Kind: {kind}</source><translation>Type : {kind}</translation></message>
<message><source>Issued to: {name}</source><translation>Délivré à : {name}</translation></message>
<message><source>Issued by: {name}</source><translation>Délivré par : {name}</translation></message>
<message><source>Valid: {first} to {last}</source><translation>Valide : du {first} au {last}</translation></message>
<message><source>SHA-256: {digest}</source><translation>SHA-256 : {digest}</translation></message>
</context>
<context>
<name>Commands</name>
<message><source>Undo</source><translation>Annuler</translation></message>
<message><source>Removed {what}</source><translation>Retiré : {what}</translation></message>
<message><source>Moved {what} to the trash</source><translation>Mis à la corbeille : {what}</translation></message>
<message><source>Deleted {what}</source><translation>Supprimé : {what}</translation></message>
<message><source>Too many at once. Choose at most {count}.</source><translation>Trop d’éléments à la fois. En choisir {count} au plus.</translation></message>
<message><source>{name} is a program, so it is shown rather than started</source><translation>{name} est un programme : il est montré dans son dossier plutôt que lancé</translation></message>
<message numerus="yes"><source>Copied %Ln address(es)</source><translation><numerusform>Adresse copiée</numerusform><numerusform>%Ln adresses copiées</numerusform></translation></message>
<message><source>{name} is no longer in {folder}</source><translation>{name} n’est plus dans {folder}</translation></message>
<message><source>{name} could not be opened: no program for it was found</source><translation>Impossible d’ouvrir {name} : aucun programme adapté n’a été trouvé</translation></message>
</context>
<context>
<name>Cookies</name>
<message><source>Out of a browser, now and this once</source><translation>D’un navigateur, maintenant et cette fois seulement</translation></message>
<message><source>Pasted</source><translation>Collés</translation></message>
<message><source>Out of a cookies.txt, read again whenever needed</source><translation>D’un cookies.txt, relu chaque fois qu’il le faut</translation></message>
<message><source>None but those of the settings</source><translation>Aucun, sauf ceux des réglages</translation></message>
<message><source>There is no browser here whose cookies can be read.</source><translation>Il n’y a ici aucun navigateur dont les cookies puissent être lus.</translation></message>
<message><source>The cookies of {browser} cannot be read.</source><translation>Les cookies de {browser} ne peuvent pas être lus.</translation></message>
<message><source>The cookies of {browser} are encrypted. Install what deciphers them: {command}</source><translation>Les cookies de {browser} sont chiffrés. Installez ce qui les déchiffre : {command}</translation></message>
<message><source>The system's keyring does not give the key to the cookies of {browser}.</source><translation>Le trousseau du système ne donne pas la clé des cookies de {browser}.</translation></message>
<message><source>On Windows {browser} seals its cookies so that no other program can read them. Use Firefox, the extension for browsers, or a cookies.txt.</source><translation>Sous Windows, {browser} scelle ses cookies de sorte qu’aucun autre programme ne puisse les lire. Utilisez Firefox, l’extension pour navigateurs ou un cookies.txt.</translation></message>
<message><source>Cookies</source><translation>Cookies</translation></message>
<message><source>Use</source><translation>Utiliser</translation></message>
<message><source>&amp;Where they come from</source><translation>&amp;D’où ils viennent</translation></message>
<message><source>Browser and profile</source><translation>Navigateur et profil</translation></message>
<message><source>&amp;Look for cookies of {site}</source><translation>C&amp;hercher les cookies de {site}</translation></message>
<message><source>Cookie: name=value; … or the text of a cookies.txt</source><translation>Cookie: nom=valeur; … ou le texte d’un cookies.txt</translation></message>
<message><source>File</source><translation>Fichier</translation></message>
<message><source>&amp;Choose a file…</source><translation>&amp;Choisir un fichier…</translation></message>
<message><source>&amp;Keep them in the system's keyring</source><translation>Les &amp;garder dans le trousseau du système</translation></message>
<message><source>No browser was found</source><translation>Aucun navigateur trouvé</translation></message>
<message><source>Look for cookies first; nothing is taken unseen.</source><translation>Cherchez d’abord les cookies ; rien n’est pris sans être montré.</translation></message>
<message><source>Write them as name=value; name=value, or paste the text of a cookies.txt.</source><translation>Écrivez-les sous la forme nom=valeur; nom=valeur, ou collez le texte d’un cookies.txt.</translation></message>
<message><source>Name the file in full, or choose it.</source><translation>Donnez le chemin complet du fichier, ou choisissez-le.</translation></message>
<message><source>This is not a cookies.txt that can be read.</source><translation>Ce n’est pas un cookies.txt lisible.</translation></message>
<message><source>{browser} has no cookies for {site}. Log in there first.</source><translation>{browser} n’a pas de cookies pour {site}. Connectez-vous-y d’abord.</translation></message>
<message><source>Choose…</source><translation>Choisir…</translation></message>
<message><source>Choose cookies</source><translation>Choisir des cookies</translation></message>
<message><source>For these downloads alone. Each cookie goes to the site it belongs to, and is never stored in clear.</source><translation>Pour ces téléchargements seulement. Chaque cookie va au site auquel il appartient et n’est jamais enregistré en clair.</translation></message>
<message><source>None of its own</source><translation>Aucun en propre</translation></message>
<message><source>Out of {file}</source><translation>De {file}</translation></message>
<message><source>Those of a pasted line</source><translation>Ceux d’une ligne collée</translation></message>
<message><source>Given, in memory alone</source><translation>Donnés, en mémoire seulement</translation></message>
<message><source>Kept in the system's keyring</source><translation>Gardés dans le trousseau du système</translation></message>
<message numerus="yes"><source>%Ln cookie(s) for {sites}</source><translation><numerusform>%Ln cookie pour {sites}</numerusform><numerusform>%Ln cookies pour {sites}</numerusform></translation></message>
</context>
<context>
<name>Copying</name>
<message><source>Addresses</source><translation>Adresses</translation></message>
<message><source>curl commands</source><translation>Commandes curl</translation></message>
<message><source>wget commands</source><translation>Commandes wget</translation></message>
<message><source>aria2 input file</source><translation>Fichier d’entrée aria2</translation></message>
<message><source>JSON</source><translation>JSON</translation></message>
<message><source>Metalink</source><translation>Metalink</translation></message>
<message><source>Cop&amp;y as</source><translation>Cop&amp;ier comme</translation></message>
<message numerus="yes"><source>Copied %Ln download(s)</source><translation><numerusform>%Ln téléchargement copié</numerusform><numerusform>%Ln téléchargements copiés</numerusform></translation></message>
</context>
<context>
<name>Desktop</name>
<message><source>Downloads are running</source><translation>Des téléchargements sont en cours</translation></message>
<message numerus="yes"><source>%Ln download(s) finished</source><translation><numerusform>%Ln téléchargement terminé</numerusform><numerusform>%Ln téléchargements terminés</numerusform></translation></message>
<message><source>{size} in {folder}</source><extracomment>Below the name of a finished download: its size and the name of its folder</extracomment><translation>{size} dans {folder}</translation></message>
<message><source>Open</source><extracomment>Below the name of a finished download: its size and the name of its folder</extracomment><translation>Ouvrir</translation></message>
<message><source>Download finished</source><translation>Téléchargement terminé</translation></message>
<message><source>Try again</source><translation>Réessayer</translation></message>
<message><source>Download failed</source><translation>Échec du téléchargement</translation></message>
<message numerus="yes"><source>%Ln more download(s) failed</source><translation><numerusform>%Ln autre téléchargement a échoué</numerusform><numerusform>%Ln autres téléchargements ont échoué</numerusform></translation></message>
<message numerus="yes"><source>%Ln download(s) failed</source><translation><numerusform>%Ln téléchargement a échoué</numerusform><numerusform>%Ln téléchargements ont échoué</numerusform></translation></message>
<message><source>Try all again</source><translation>Tout réessayer</translation></message>
<message><source>Headrace goes on in the tray</source><translation>Headrace reste dans la zone de notification</translation></message>
<message><source>Downloads continue. To end Headrace, choose Quit in the menu of its icon.</source><translation>Les téléchargements continuent. Pour arrêter Headrace, choisissez « Quitter » dans le menu de son icône.</translation></message>
<message><source>Show in folder</source><translation>Afficher dans le dossier</translation></message>
<message numerus="yes"><source>and %Ln more</source><translation><numerusform>et %Ln autre</numerusform><numerusform>et %Ln autres</numerusform></translation></message>
<message><source>Hide Headrace</source><translation>Masquer Headrace</translation></message>
<message><source>Show Headrace</source><translation>Afficher Headrace</translation></message>
<message><source>Speed limit</source><translation>Limite de vitesse</translation></message>
<message numerus="yes"><source>%Ln active</source><translation><numerusform>%Ln actif</numerusform><numerusform>%Ln actifs</numerusform></translation></message>
<message numerus="yes"><source>%Ln waiting</source><translation><numerusform>%Ln en attente</numerusform><numerusform>%Ln en attente</numerusform></translation></message>
<message><source>Nothing to do</source><translation>Aucune activité</translation></message>
<message><source>Headrace: {percent}</source><extracomment>The program's name and how much of everything that runs is there, such as "Headrace: 62 %"</extracomment><translation>Headrace : {percent}</translation></message>
<message><source>Headrace is ready. Paste an address with Ctrl+V, drop links here, or press Add.</source><translation>Headrace est prêt. Collez une adresse avec Ctrl+V, déposez des liens ici ou cliquez sur « Ajouter ».</translation></message>
<message><source>Watch the clipboard for links</source><translation>Surveiller le presse-papiers</translation></message>
<message><source>Close this message</source><translation>Fermer ce message</translation></message>
<message><source>Close</source><translation>Fermer</translation></message>
</context>
<context>
<name>Details</name>
<message><source>Map of the file</source><translation>Carte du fichier</translation></message>
<message numerus="yes"><source>%Ln block(s)</source><translation><numerusform>%Ln bloc</numerusform><numerusform>%Ln blocs</numerusform></translation></message>
<message numerus="yes"><source>%Ln verified on disk</source><translation><numerusform>%Ln vérifié sur le disque</numerusform><numerusform>%Ln vérifiés sur le disque</numerusform></translation></message>
<message numerus="yes"><source>%Ln on disk</source><translation><numerusform>%Ln sur le disque</numerusform><numerusform>%Ln sur le disque</numerusform></translation></message>
<message numerus="yes"><source>%Ln arriving</source><translation><numerusform>%Ln en réception</numerusform><numerusform>%Ln en réception</numerusform></translation></message>
<message numerus="yes"><source>%Ln missing</source><translation><numerusform>%Ln manquant</numerusform><numerusform>%Ln manquants</numerusform></translation></message>
<message><source>Block {number} of {total}</source><translation>Bloc {number} sur {total}</translation></message>
<message><source>Blocks {first} to {last} of {total}</source><translation>Blocs {first} à {last} sur {total}</translation></message>
<message><source>Verified on disk</source><translation>Vérifié sur le disque</translation></message>
<message><source>Missing</source><translation>Manquant</translation></message>
<message><source>{size} verified</source><translation>{size} vérifiés</translation></message>
<message><source>{size} on disk</source><translation>{size} sur le disque</translation></message>
<message><source>{size} missing</source><translation>{size} manquants</translation></message>
<message><source>arriving now</source><translation>en cours de réception</translation></message>
<message><source>#</source><translation>N°</translation></message>
<message><source>Host</source><translation>Hôte</translation></message>
<message><source>Part of the file</source><translation>Partie du fichier</translation></message>
<message><source>Arrived</source><translation>Reçu</translation></message>
<message><source>Speed</source><translation>Vitesse</translation></message>
<message><source>State</source><translation>État</translation></message>
<message><source>Connecting</source><translation>Connexion</translation></message>
<message><source>Waiting for an answer</source><translation>Attente d’une réponse</translation></message>
<message><source>Receiving</source><translation>Réception</translation></message>
<message><source>Held back</source><translation>Freinée</translation></message>
<message><source>Ending</source><translation>Fermeture</translation></message>
<message><source>from {start} on</source><extracomment>Part of a file without a known end</extracomment><translation>à partir de {start}</translation></message>
<message><source>{start} to {end}</source><extracomment>Part of a file without a known end</extracomment><translation>{start} à {end}</translation></message>
<message><source>Bytes from {start} on</source><translation>Octets à partir de {start}</translation></message>
<message><source>Bytes {start} to {end}</source><translation>Octets {start} à {end}</translation></message>
<message><source>Connection {number}</source><translation>Connexion {number}</translation></message>
<message><source>Connections</source><translation>Connexions</translation></message>
<message><source>No connections at the moment</source><translation>Aucune connexion pour le moment</translation></message>
<message><source>Copy</source><translation>Copier</translation></message>
<message><source>Select all</source><translation>Tout sélectionner</translation></message>
<message><source>Overview</source><translation>Résumé</translation></message>
<message><source>Log</source><translation>Journal</translation></message>
<message><source>Request</source><translation>Requête</translation></message>
<message><source>Live</source><translation>En direct</translation></message>
<message><source>Choose a download to see its details</source><translation>Sélectionnez un téléchargement pour voir ses détails</translation></message>
<message><source>Details</source><translation>Détails</translation></message>
<message numerus="yes"><source>%Ln download(s) chosen</source><translation><numerusform>%Ln téléchargement sélectionné</numerusform><numerusform>%Ln téléchargements sélectionnés</numerusform></translation></message>
<message><source>Move to the side</source><translation>Placer sur le côté</translation></message>
<message><source>Move to the bottom</source><translation>Placer en bas</translation></message>
<message><source>Close details</source><translation>Fermer les détails</translation></message>
<message><source>Copy address</source><translation>Copier l’adresse</translation></message>
<message><source>Folder</source><translation>Dossier</translation></message>
<message><source>Added</source><translation>Ajouté</translation></message>
<message><source>Failed</source><translation>Échec</translation></message>
<message><source>Address</source><translation>Adresse</translation></message>
<message><source>Led to</source><translation>Redirigée vers</translation></message>
<message><source>Checksum</source><translation>Somme de contrôle</translation></message>
<message><source>{algorithm} does not match</source><translation>{algorithm} non conforme</translation></message>
<message><source>None known</source><translation>Aucune connue</translation></message>
<message><source>{algorithm} right, as given by you</source><translation>{algorithm} conforme, fourni par vous</translation></message>
<message><source>{algorithm} right, piece by piece</source><translation>{algorithm} conforme, morceau par morceau</translation></message>
<message><source>{algorithm} right, found in {source}</source><translation>{algorithm} conforme, trouvé dans {source}</translation></message>
<message><source>{algorithm} right</source><translation>{algorithm} conforme</translation></message>
<message><source>{algorithm} expected, given by you</source><translation>{algorithm} attendu, fourni par vous</translation></message>
<message><source>{algorithm} expected, found in {source}</source><translation>{algorithm} attendu, trouvé dans {source}</translation></message>
<message><source>{algorithm} expected</source><translation>{algorithm} attendu</translation></message>
<message><source>Size</source><translation>Taille</translation></message>
<message numerus="yes"><source>%Ln byte(s)</source><translation><numerusform>%Ln octet</numerusform><numerusform>%Ln octets</numerusform></translation></message>
<message><source>Unknown, {size} so far</source><translation>Inconnue, {size} reçus</translation></message>
<message><source>{total}, {received} of it here</source><translation>{total}, dont {received} reçus</translation></message>
<message><source>{number} bytes</source><extracomment>A number of bytes above two thousand million</extracomment><translation>{number} octets</translation></message>
<message><source>Type</source><translation>Type</translation></message>
<message><source>Version</source><translation>Version</translation></message>
<message><source>Last changed</source><translation>Modifié</translation></message>
<message><source>{tag} (strong)</source><translation>{tag} (forte)</translation></message>
<message><source>{tag} (weak)</source><translation>{tag} (faible)</translation></message>
<message><source>The server names this very version: a resumed download is sure to fit</source><translation>Le serveur identifie cette version précise : une reprise concordera à coup sûr</translation></message>
<message><source>The server names no exact version: joins are compared byte by byte</source><translation>Le serveur n’identifie pas de version précise : les raccords sont comparés octet par octet</translation></message>
<message numerus="yes"><source>%Ln further address(es)</source><translation><numerusform>%Ln autre adresse</numerusform><numerusform>%Ln autres adresses</numerusform></translation></message>
<message><source>Mirrors</source><translation>Miroirs</translation></message>
<message><source>{moment}, took {time}</source><translation>{moment}, en {time}</translation></message>
<message><source>Finished</source><translation>Terminé</translation></message>
<message><source>Notes</source><translation>Remarques</translation></message>
<message><source>Arriving</source><translation>En réception</translation></message>
<message><source>On disk</source><translation>Sur le disque</translation></message>
<message><source>Verified</source><translation>Vérifié</translation></message>
<message><source>What happened to the download</source><translation>Historique du téléchargement</translation></message>
<message><source>Copy all</source><translation>Tout copier</translation></message>
<message><source>Copy the whole log</source><translation>Copier tout le journal</translation></message>
<message numerus="yes"><source>%Ln entry(ies)</source><translation><numerusform>%Ln entrée</numerusform><numerusform>%Ln entrées</numerusform></translation></message>
<message><source>Choose a download to see what happened to it</source><translation>Sélectionnez un téléchargement pour voir son historique</translation></message>
<message><source>Nothing is known of this download's past</source><translation>L’historique de ce téléchargement n’est pas connu</translation></message>
<message><source>Speed, last {time}</source><translation>Vitesse sur {time}</translation></message>
<message><source>Speed, whole life</source><translation>Vitesse depuis le début</translation></message>
<message><source>average {speed}</source><translation>moyenne {speed}</translation></message>
<message><source>Requests and answers, the newest first</source><translation>Requêtes et réponses, les plus récentes d’abord</translation></message>
<message><source>Headers of the request and of the answer</source><translation>En-têtes de la requête et de la réponse</translation></message>
<message><source>Copy as text</source><translation>Copier comme texte</translation></message>
<message><source>Copy this request and its answer as text</source><translation>Copier cette requête et sa réponse comme texte</translation></message>
<message><source>Headers are kept while Headrace runs, never stored</source><translation>Les en-têtes sont gardés tant que Headrace est ouvert, jamais stockés</translation></message>
<message><source>Choose a download to see what was asked and answered</source><translation>Sélectionnez un téléchargement pour voir ses requêtes et leurs réponses</translation></message>
<message><source>Nothing has been asked since Headrace was started</source><translation>Aucune requête depuis le démarrage de Headrace</translation></message>
<message><source>No answer yet</source><translation>Pas encore de réponse</translation></message>
<message><source>Speed, last minute</source><translation>Vitesse, dernière minute</translation></message>
<message><source>Nothing measured yet</source><translation>Aucune mesure pour l’instant</translation></message>
<message><source>Whole life</source><translation>Depuis le début</translation></message>
<message><source>Span of the graph</source><translation>Durée du graphique</translation></message>
<message><source>Graph of the speed</source><translation>Graphique de la vitesse</translation></message>
<message><source>Average</source><translation>Moyenne</translation></message>
<message><source>Top</source><translation>Maximum</translation></message>
<message><source>Received</source><translation>Reçu</translation></message>
<message><source>Time active</source><translation>Temps d’activité</translation></message>
<message><source>Limit</source><translation>Limite</translation></message>
<message><source>limit {speed}</source><translation>limite {speed}</translation></message>
<message><source>limit for all {speed}</source><translation>limite globale {speed}</translation></message>
<message><source>{seconds} s</source><translation>{seconds} s</translation></message>
<message><source>{minutes} min</source><translation>{minutes} min</translation></message>
<message><source>{hours} h</source><translation>{hours} h</translation></message>
<message><source>{days} d</source><extracomment>A number of days, shortest form</extracomment><translation>{days} j</translation></message>
<message><source>now</source><translation>maintenant</translation></message>
<message><source>end</source><translation>fin</translation></message>
<message><source>nothing</source><translation>rien</translation></message>
<message><source>after {time}</source><translation>après {time}</translation></message>
<message><source>{time} before the end</source><translation>{time} avant la fin</translation></message>
<message><source>{time} ago</source><translation>il y a {time}</translation></message>
<message><source>{limit}, its own</source><translation>{limit}, la sienne</translation></message>
<message><source>{limit}, of its queue</source><translation>{limit}, celle de sa file d’attente</translation></message>
<message><source>{limit}, of all downloads</source><translation>{limit}, celle de tous les téléchargements</translation></message>
<message><source>{limit}, to leave others room</source><translation>{limit}, pour laisser de la place aux autres</translation></message>
<message><source>{limit}, while it is quiet</source><translation>{limit}, la limite silencieuse</translation></message>
<message><source>Together</source><translation>Au total</translation></message>
<message><source>Progress</source><translation>Progression</translation></message>
<message><source>Size unknown</source><translation>Taille inconnue</translation></message>
</context>
<context>
<name>Dialogs</name>
<message><source>Cancel</source><translation>Annuler</translation></message>
</context>
<context>
<name>Done</name>
<message><source>Do nothing</source><translation>Ne rien faire</translation></message>
<message><source>Sleep</source><translation>Mettre en veille</translation></message>
<message><source>Hibernate</source><translation>Mettre en veille prolongée</translation></message>
<message><source>Shut down</source><translation>Éteindre</translation></message>
<message><source>Restart</source><translation>Redémarrer</translation></message>
<message><source>Log out</source><translation>Fermer la session</translation></message>
<message><source>Quit Headrace</source><translation>Quitter Headrace</translation></message>
<message numerus="yes"><source>The computer goes to sleep in %Ln second(s).</source><translation><numerusform>L’ordinateur se met en veille dans %Ln seconde.</numerusform><numerusform>L’ordinateur se met en veille dans %Ln secondes.</numerusform></translation></message>
<message numerus="yes"><source>The computer hibernates in %Ln second(s).</source><translation><numerusform>L’ordinateur se met en veille prolongée dans %Ln seconde.</numerusform><numerusform>L’ordinateur se met en veille prolongée dans %Ln secondes.</numerusform></translation></message>
<message numerus="yes"><source>The computer shuts down in %Ln second(s).</source><translation><numerusform>L’ordinateur s’éteint dans %Ln seconde.</numerusform><numerusform>L’ordinateur s’éteint dans %Ln secondes.</numerusform></translation></message>
<message numerus="yes"><source>The computer restarts in %Ln second(s).</source><translation><numerusform>L’ordinateur redémarre dans %Ln seconde.</numerusform><numerusform>L’ordinateur redémarre dans %Ln secondes.</numerusform></translation></message>
<message numerus="yes"><source>You are logged out in %Ln second(s).</source><translation><numerusform>Votre session se ferme dans %Ln seconde.</numerusform><numerusform>Votre session se ferme dans %Ln secondes.</numerusform></translation></message>
<message numerus="yes"><source>Headrace quits in %Ln second(s).</source><translation><numerusform>Headrace se ferme dans %Ln seconde.</numerusform><numerusform>Headrace se ferme dans %Ln secondes.</numerusform></translation></message>
<message><source>“{deed}” was refused by the system: {why}</source><translation>Le système a refusé « {deed} » : {why}</translation></message>
<message><source>Stop</source><translation>Arrêter</translation></message>
<message><source>All downloads are done</source><translation>Tous les téléchargements sont terminés</translation></message>
<message><source>Nothing happens any more.</source><translation>Plus rien ne se passera.</translation></message>
<message><source>{deed} now</source><translation>{deed} maintenant</translation></message>
</context>
<context>
<name>Failures</name>
<message><source>The address is not valid</source><translation>L’adresse n’est pas valide</translation></message>
<message><source>Copy it again from where you found it</source><translation>Copiez-la à nouveau depuis sa source</translation></message>
<message><source>Server name not found</source><translation>Nom du serveur introuvable</translation></message>
<message><source>Check the address and your connection</source><translation>Vérifiez l’adresse et votre connexion</translation></message>
<message><source>Server cannot be reached</source><translation>Serveur injoignable</translation></message>
<message><source>Check your connection, or resume later</source><translation>Vérifiez votre connexion, ou reprenez plus tard</translation></message>
<message><source>Server did not answer in time</source><translation>Le serveur n’a pas répondu à temps</translation></message>
<message><source>Resume later</source><translation>Reprenez plus tard</translation></message>
<message><source>Connection lost</source><translation>Connexion perdue</translation></message>
<message><source>Resume to go on from here</source><translation>Reprenez pour continuer à partir de là</translation></message>
<message><source>Server stopped sending</source><translation>Le serveur a cessé d’envoyer</translation></message>
<message><source>Server could not prove who it is</source><translation>Le serveur n’a pas pu prouver son identité</translation></message>
<message><source>Look at its certificate</source><translation>Regardez son certificat</translation></message>
<message><source>There is no network</source><translation>Il n’y a pas de réseau</translation></message>
<message><source>It goes on when there is one</source><translation>Cela continue dès qu’il y en a un</translation></message>
<message><source>The chosen network is not there</source><translation>Le réseau choisi n’est pas là</translation></message>
<message><source>Bring it back, or choose another in the settings</source><translation>Rétablissez-le, ou choisissez-en un autre dans les réglages</translation></message>
<message><source>Your certificate cannot be used here</source><translation>Votre certificat pour ce serveur est inutilisable</translation></message>
<message><source>Choose another in the settings</source><translation>Choisissez-en un autre dans les réglages</translation></message>
<message><source>An extra is missing for this kind of address</source><translation>Il manque un extra pour ce type d’adresse</translation></message>
<message><source>Install it, then resume</source><translation>Installez-le, puis reprenez</translation></message>
<message><source>Server's host key is not known yet</source><translation>La clé d’hôte du serveur n’est pas encore connue</translation></message>
<message><source>Look at it, and trust it if it is the server's</source><translation>Regardez-la, et approuvez-la si c’est celle du serveur</translation></message>
<message><source>Server's host key has changed</source><translation>La clé d’hôte du serveur a changé</translation></message>
<message><source>Ask who runs the server before you trust the new one</source><translation>Demandez à qui gère le serveur avant d’approuver la nouvelle</translation></message>
<message><source>Secure connection failed</source><translation>Échec de la connexion sécurisée</translation></message>
<message><source>This is not a web server</source><translation>Ce n’est pas un serveur web</translation></message>
<message><source>Check the address</source><translation>Vérifiez l’adresse</translation></message>
<message><source>Server sends us round in circles</source><translation>Le serveur nous fait tourner en rond</translation></message>
<message><source>Copy a fresh link</source><translation>Copiez un nouveau lien</translation></message>
<message><source>Server sends us to an unsafe address</source><translation>Le serveur renvoie vers une adresse non sûre</translation></message>
<message><source>Ask for a secure link</source><translation>Demandez un lien sécurisé</translation></message>
<message><source>File arrived cut short</source><translation>Le fichier est arrivé tronqué</translation></message>
<message><source>Resume to fetch the rest</source><translation>Reprenez pour télécharger le reste</translation></message>
<message><source>Server never finished its answer</source><translation>Le serveur n’a jamais terminé sa réponse</translation></message>
<message><source>Server sends next to nothing</source><translation>Le serveur n’envoie presque rien</translation></message>
<message><source>Resume to try once more</source><translation>Reprenez pour réessayer</translation></message>
<message><source>Server leads into a private network</source><translation>Le serveur renvoie vers un réseau privé</translation></message>
<message><source>Allow it only if the private address is yours</source><translation>À n’autoriser que si l’adresse privée est la vôtre</translation></message>
<message><source>Server has no such file</source><translation>Le serveur n’a pas ce fichier</translation></message>
<message><source>Access refused</source><translation>Accès refusé</translation></message>
<message><source>File is gone from the server</source><translation>Le fichier n’est plus sur le serveur</translation></message>
<message><source>Look for another source</source><translation>Cherchez une autre source</translation></message>
<message><source>Server asks for a login</source><translation>Le serveur demande des identifiants</translation></message>
<message><source>Log in here, or with a browser</source><translation>Connectez-vous ici, ou avec un navigateur</translation></message>
<message><source>Proxy asks for a login</source><translation>Le proxy demande des identifiants</translation></message>
<message><source>Log in here</source><translation>Connectez-vous ici</translation></message>
<message><source>Windows login needed</source><translation>Connexion Windows requise</translation></message>
<message><source>Install what it needs, then log in</source><translation>Installez ce qu’il faut, puis connectez-vous</translation></message>
<message><source>No usable Kerberos ticket</source><translation>Aucun ticket Kerberos utilisable</translation></message>
<message><source>Get a ticket (kinit) and resume, or log in here</source><translation>Obtenez un ticket (kinit), ou connectez-vous ici</translation></message>
<message><source>Proxy cannot be reached</source><translation>Proxy injoignable</translation></message>
<message><source>Check your proxy settings</source><translation>Vérifiez les paramètres du proxy</translation></message>
<message><source>Proxy does not let this address through</source><translation>Le proxy ne laisse pas passer cette adresse</translation></message>
<message><source>Server asked us to wait</source><translation>Le serveur demande d’attendre</translation></message>
<message><source>Server is too busy</source><translation>Le serveur est surchargé</translation></message>
<message><source>Server has a fault</source><translation>Erreur du serveur</translation></message>
<message><source>Server refuses the request</source><translation>Le serveur refuse la requête</translation></message>
<message><source>Server sent no file</source><translation>Aucun fichier envoyé</translation></message>
<message><source>Server does not go on where we stopped</source><translation>Le serveur ne reprend pas là où le téléchargement s’est arrêté</translation></message>
<message><source>Server's answer makes no sense</source><translation>La réponse du serveur est incompréhensible</translation></message>
<message><source>A web page came instead of the file</source><translation>Une page web est arrivée à la place du fichier</translation></message>
<message><source>Log in with a browser, or copy a fresh link</source><translation>Connectez-vous avec un navigateur, ou copiez un nouveau lien</translation></message>
<message><source>It unpacks to far too much</source><translation>Contenu décompressé démesuré</translation></message>
<message><source>Allow it only if you trust the server</source><translation>À n’autoriser que si vous faites confiance au serveur</translation></message>
<message><source>Content ends before its own end</source><translation>Le contenu s’arrête avant sa fin</translation></message>
<message><source>Resume to fetch it anew</source><translation>Reprenez pour le télécharger à nouveau</translation></message>
<message><source>Disk is full</source><translation>Le disque est plein</translation></message>
<message><source>Free space, then resume</source><translation>Libérez de l’espace, puis reprenez</translation></message>
<message><source>Folder may not be written to</source><translation>Écriture interdite dans le dossier</translation></message>
<message><source>Choose another folder</source><translation>Choisissez un autre dossier</translation></message>
<message><source>Folder is missing</source><translation>Dossier introuvable</translation></message>
<message><source>Bring it back, then resume</source><translation>Remettez-le en place, puis reprenez</translation></message>
<message><source>A file of that name is there already</source><translation>Un fichier de ce nom existe déjà</translation></message>
<message><source>Move it away, then resume</source><translation>Déplacez-le, puis reprenez</translation></message>
<message><source>Disk reports an error</source><translation>Le disque signale une erreur</translation></message>
<message><source>Check the disk, then resume</source><translation>Vérifiez le disque, puis reprenez</translation></message>
<message><source>Unfinished file was changed</source><translation>Le fichier incomplet a été modifié</translation></message>
<message><source>File is too large for this disk</source><translation>Le fichier est trop volumineux pour ce disque</translation></message>
<message><source>Choose another disk</source><translation>Choisissez un autre disque</translation></message>
<message><source>The disk of the unfinished file is gone</source><translation>Le disque du fichier incomplet n’est plus là</translation></message>
<message><source>File cannot be moved to the trash</source><translation>Impossible de mettre le fichier à la corbeille</translation></message>
<message><source>It stays where it is; delete it by hand</source><translation>Il reste où il est ; supprimez-le à la main</translation></message>
<message><source>The list of downloads was damaged</source><translation>La liste des téléchargements était endommagée</translation></message>
<message><source>An earlier copy is used; the damaged one is kept</source><translation>Une copie antérieure est utilisée ; celle endommagée est conservée</translation></message>
<message><source>Too many files are open</source><translation>Trop de fichiers sont ouverts</translation></message>
<message><source>Resume when other downloads are done</source><translation>Reprenez quand d’autres téléchargements seront terminés</translation></message>
<message><source>Checksum does not match</source><translation>Somme de contrôle non conforme</translation></message>
<message><source>Do not trust it; look for another source</source><translation>Ne vous y fiez pas ; cherchez une autre source</translation></message>
<message><source>Size is not what the server said</source><translation>La taille n’est pas celle annoncée par le serveur</translation></message>
<message><source>Its addresses lead to different files</source><translation>Ses adresses mènent à des fichiers différents</translation></message>
<message><source>Keep the one you trust</source><translation>Gardez celle qui vous paraît fiable</translation></message>
<message><source>The other program's file cannot be continued</source><translation>Le fichier de l’autre programme ne peut pas être continué</translation></message>
<message><source>Resume to fetch all of it; that file stays where it is</source><translation>Reprenez pour tout récupérer ; ce fichier reste où il est</translation></message>
<message><source>Another program still writes to the file</source><translation>Un autre programme écrit encore dans le fichier</translation></message>
<message><source>End the download there, then resume</source><translation>Terminez le téléchargement là-bas, puis reprenez</translation></message>
<message><source>Headrace made a mistake</source><translation>Headrace a commis une erreur</translation></message>
<message><source>Resume to try again, and please report it</source><translation>Reprenez pour réessayer, et merci de la signaler</translation></message>
<message><source>Its login or headers are no longer known</source><translation>Ses identifiants ou ses en-têtes ne sont plus connus</translation></message>
<message><source>Add it again with them</source><translation>Ajoutez-le à nouveau en les indiquant</translation></message>
<message><source>Its cookies are no longer known</source><translation>Ses cookies ne sont plus connus</translation></message>
<message><source>Give them again, then it goes on</source><translation>Redonnez-les et il reprendra</translation></message>
</context>
<context>
<name>Folder</name>
<message><source>Folder to save to</source><translation>Dossier d’enregistrement</translation></message>
<message><source>As the rules say</source><translation>Selon les règles</translation></message>
<message><source>Other folders</source><translation>Autres dossiers</translation></message>
<message><source>Other folders (Alt+Down)</source><translation>Autres dossiers (Alt+Bas)</translation></message>
<message><source>Browse…</source><translation>Parcourir…</translation></message>
<message><source>Write a whole path</source><translation>Indiquez un chemin complet</translation></message>
<message><source>{size} too little room</source><translation>Il manque {size}</translation></message>
<message><source>{size} free</source><translation>{size} libres</translation></message>
<message><source>will be made · {size} free</source><translation>sera créé · {size} libres</translation></message>
<message><source>Save downloads to</source><translation>Enregistrer les téléchargements dans</translation></message>
</context>
<context>
<name>HandOver</name>
<message><source>Magnet links are for a torrent client</source><translation>Les liens magnet sont l’affaire d’un client torrent</translation></message>
<message><source>Open there</source><translation>L’y ouvrir</translation></message>
<message><source>The system has no program for magnet links</source><translation>Le système n’a aucun programme pour les liens magnet</translation></message>
<message><source>This page needs yt-dlp, which is not installed. Install it and try again.</source><translation>Cette page demande yt-dlp, qui n’est pas installé. Installez-le et réessayez.</translation></message>
<message><source>yt-dlp fetches it to {folder}; Headrace does not follow how far it is</source><translation>yt-dlp télécharge vers {folder} ; Headrace n’en suit pas la progression</translation></message>
<message><source>yt-dlp could not be started</source><translation>yt-dlp n’a pas pu être lancé</translation></message>
</context>
<context>
<name>History</name>
<message><source>Clear history</source><translation>Effacer l’historique</translation></message>
<message><source>Clear</source><translation>Effacer</translation></message>
<message><source>What is cleared cannot be brought back. Files and the list stay, and so does how much came on which day.</source><translation>Ce qui est effacé ne peut pas être récupéré. Les fichiers et la liste restent, de même que la quantité reçue chaque jour.</translation></message>
<message><source>&amp;What</source><translation>&amp;Quoi</translation></message>
<message numerus="yes"><source>What is older than %Ln day(s)</source><translation><numerusform>Ce qui a plus de %Ln jour</numerusform><numerusform>Ce qui a plus de %Ln jours</numerusform></translation></message>
<message><source>All from {host}</source><translation>Tout ce qui vient de {host}</translation></message>
<message><source>All of it</source><translation>Tout</translation></message>
<message><source>How much came</source><translation>Quantité reçue</translation></message>
<message><source>at most {size}</source><translation>au plus {size}</translation></message>
<message numerus="yes"><source>%Ln file(s) finished</source><translation><numerusform>%Ln fichier terminé</numerusform><numerusform>%Ln fichiers terminés</numerusform></translation></message>
<message><source>Days</source><translation>Jours</translation></message>
<message><source>Weeks</source><translation>Semaines</translation></message>
<message><source>Months</source><translation>Mois</translation></message>
<message><source>Hosts</source><translation>Serveurs</translation></message>
<message><source>Files</source><translation>Fichiers</translation></message>
<message><source>Size</source><translation>Taille</translation></message>
<message><source>Average speed</source><translation>Vitesse moyenne</translation></message>
<message><source>Figures</source><translation>Chiffres</translation></message>
<message numerus="yes"><source>%Ln download(s) forgotten</source><translation><numerusform>%Ln téléchargement oublié</numerusform><numerusform>%Ln téléchargements oubliés</numerusform></translation></message>
<message><source>The history stays as it is: {why}</source><translation>L’historique reste tel quel : {why}</translation></message>
<message><source>Export the history</source><translation>Exporter l’historique</translation></message>
<message><source>Table (*.csv)</source><translation>Tableau (*.csv)</translation></message>
<message><source>JSON (*.json)</source><translation>JSON (*.json)</translation></message>
<message><source>The history is in {name}</source><translation>L’historique est dans {name}</translation></message>
<message><source>History</source><translation>Historique</translation></message>
<message><source>Downloads</source><translation>Téléchargements</translation></message>
<message><source>&amp;Download again</source><translation>&amp;Télécharger à nouveau</translation></message>
<message><source>&amp;More</source><translation>&amp;Plus</translation></message>
<message><source>All</source><translation>Toutes</translation></message>
<message><source>Finished</source><translation>Terminé</translation></message>
<message><source>Failed</source><translation>Échoué</translation></message>
<message><source>Removed unfinished</source><translation>Retiré avant la fin</translation></message>
<message><source>How it ended</source><translation>Résultat</translation></message>
<message><source>Nothing that was remembered is like that</source><translation>Rien dans l’historique ne correspond</translation></message>
<message><source>Nothing is remembered: the settings say so, page “Downloads”</source><translation>Rien n’est mémorisé : c’est ce que disent les paramètres, page « Téléchargements »</translation></message>
<message><source>Nothing has ended yet. What finishes or fails will be found here.</source><translation>Rien n’est encore terminé. Ce qui se termine ou échoue se trouvera ici.</translation></message>
<message><source>A part of the address was secret and is not kept</source><translation>Une partie de l’adresse était secrète et n’est pas conservée</translation></message>
<message><source>&amp;Open</source><translation>&amp;Ouvrir</translation></message>
<message><source>Show in &amp;folder</source><translation>Afficher dans le &amp;dossier</translation></message>
<message><source>&amp;Copy address</source><translation>&amp;Copier l’adresse</translation></message>
<message><source>Find all from this &amp;host</source><translation>Chercher tout ce qui vient de ce &amp;serveur</translation></message>
<message><source>D&amp;elete from history</source><translation>&amp;Supprimer de l’historique</translation></message>
<message><source>&amp;Export…</source><translation>&amp;Exporter…</translation></message>
<message><source>&amp;Clear history…</source><translation>E&amp;ffacer l’historique…</translation></message>
<message><source>Name</source><translation>Nom</translation></message>
<message><source>Ended</source><translation>Fin</translation></message>
<message><source>Speed</source><translation>Vitesse</translation></message>
<message><source>Host</source><translation>Serveur</translation></message>
<message><source>Redirected to {host}</source><translation>Redirigé vers {host}</translation></message>
<message><source>{size} in {time}</source><translation>{size} en {time}</translation></message>
<message><source>Proven by {checksum}</source><translation>Vérifié par {checksum}</translation></message>
<message><source>{speed} on average</source><translation>{speed} en moyenne</translation></message>
<message><source>Week from {day}</source><translation>Semaine du {day}</translation></message>
</context>
<context>
<name>Hosts</name>
<message><source>As usual</source><translation>Comme d’habitude</translation></message>
<message><source>Text of your own</source><translation>Texte personnalisé</translation></message>
<message><source>User agent</source><translation>Agent utilisateur</translation></message>
<message><source>Text of the user agent</source><translation>Texte de l’agent utilisateur</translation></message>
<message><source>Nothing was learnt of it yet.</source><translation>Rien n’a encore été appris à son sujet.</translation></message>
<message><source>Forget</source><translation>Oublier</translation></message>
<message><source>Forget what was learnt</source><translation>Oublier ce qui a été appris</translation></message>
<message><source>Log in…</source><translation>Se connecter…</translation></message>
<message><source>Forget the login</source><translation>Oublier l’identification</translation></message>
<message><source>Logins belong to single hosts; there is none for all below one.</source><translation>Une identification appartient à un seul hôte ; il n’y en a pas pour tous ses sous-domaines.</translation></message>
<message><source>No login for {place}.</source><translation>Pas d’identification pour {place}.</translation></message>
<message><source>A token for {place} is there.</source><translation>Un jeton pour {place} est disponible.</translation></message>
<message><source>Logged in at {place} as {user}.</source><translation>Connecté à {place} en tant que {user}.</translation></message>
<message><source>The keyring did not forget the login.</source><translation>Le trousseau n’a pas oublié l’identification.</translation></message>
<message><source>Host</source><translation>Serveur</translation></message>
<message><source>Rule</source><translation>Règle</translation></message>
<message><source>Learnt</source><translation>Appris</translation></message>
<message><source>Last seen</source><translation>Vu pour la dernière fois</translation></message>
<message><source>nothing</source><translation>rien</translation></message>
<message><source>Rules for a host</source><translation>Règles d’un hôte</translation></message>
<message><source>Apply</source><translation>Appliquer</translation></message>
<message><source>As in the settings</source><translation>Selon les paramètres</translation></message>
<message><source>No limit</source><translation>Pas de limite</translation></message>
<message><source>None</source><translation>Aucune</translation></message>
<message><source> s</source><translation> s</translation></message>
<message><source>&amp;Host</source><translation>&amp;Hôte</translation></message>
<message><source>&amp;Connections in all, at most</source><translation>&amp;Connexions en tout, au plus</translation></message>
<message><source>Of &amp;one download, at most</source><translation>Par &amp;téléchargement, au plus</translation></message>
<message><source>Speed &amp;limit in all</source><translation>&amp;Limite de vitesse en tout</translation></message>
<message><source>&amp;Pause between requests</source><translation>&amp;Pause entre les requêtes</translation></message>
<message><source>&amp;User agent</source><translation>Agent &amp;utilisateur</translation></message>
<message><source>Lo&amp;gging in</source><translation>&amp;Identification</translation></message>
<message><source>Further request h&amp;eaders, one a line</source><translation>Autr&amp;es en-têtes de requête, un par ligne</translation></message>
<message><source>&amp;Referrer, the page links are on</source><translation>&amp;Référent, la page des liens</translation></message>
<message><source>Pro&amp;xy</source><translation>Pro&amp;xy</translation></message>
<message><source>&amp;Fetch files from the beginning only, without ranges</source><translation>Récupérer les &amp;fichiers depuis le début seulement, sans plages</translation></message>
<message><source>Ask by HTTP/&amp;2, all requests over one connection</source><translation>Demander par HTTP/&amp;2, toutes les requêtes sur une seule connexion</translation></message>
<message><source>*.example.org holds for all hosts below example.org as well.</source><translation>*.example.org vaut aussi pour tous les hôtes sous example.org.</translation></message>
<message><source>HTTP/2 needs an extra: {command}</source><translation>HTTP/2 nécessite un module facultatif : {command}</translation></message>
<message><source>There is a rule for {host} already.</source><translation>Il y a déjà une règle pour {host}.</translation></message>
<message><source>Write a host such as example.org, *.example.org or nas.lan:8080.</source><translation>Écrivez un hôte tel que example.org, *.example.org ou nas.lan:8080.</translation></message>
<message><source>A user agent is one line of plain letters.</source><translation>Un agent utilisateur tient en une ligne de caractères simples.</translation></message>
<message><source>Write the referrer as https://example.org/page, without a login.</source><translation>Écrivez le référent sous la forme https://example.org/page, sans identification.</translation></message>
<message><source>This value cannot be used.</source><translation>Cette valeur ne peut pas être utilisée.</translation></message>
<message><source>{name} may carry a secret, and rules are kept in clear. Logins belong to “Log in…”, cookies to the cookies.txt of the settings, others to the headers of a download.</source><translation>{name} peut contenir un secret, et les règles sont conservées en clair. Les identifications vont dans « Se connecter… », les cookies dans le cookies.txt des paramètres, le reste dans les en-têtes d’un téléchargement.</translation></message>
<message><source>Hosts</source><translation>Serveurs</translation></message>
<message><source>No host has a rule, and nothing was learnt of any yet</source><translation>Aucun hôte n’a de règle, et rien n’a encore été appris d’aucun</translation></message>
<message><source>No host is found</source><translation>Aucun hôte trouvé</translation></message>
<message><source>Search hosts</source><translation>Rechercher un hôte</translation></message>
<message><source>What you want of single servers, and what was learnt of them. The most specific rule holds.</source><translation>Ce que vous voulez de chaque serveur, et ce qui en a été appris. La règle la plus précise s’applique.</translation></message>
<message><source>&amp;Add rule…</source><translation>&amp;Ajouter une règle…</translation></message>
<message><source>&amp;Edit rule…</source><translation>&amp;Modifier la règle…</translation></message>
<message><source>&amp;Remove rule</source><translation>&amp;Retirer la règle</translation></message>
<message><source>&amp;Forget what was learnt</source><translation>&amp;Oublier ce qui est appris</translation></message>
<message><source>Forget a&amp;ll of it</source><translation>&amp;Tout oublier</translation></message>
<message><source>Close</source><translation>Fermer</translation></message>
<message><source>Undo</source><translation>Annuler</translation></message>
<message><source>The rule for {host} is removed.</source><translation>La règle pour {host} est retirée.</translation></message>
<message><source>What was learnt of {host} is forgotten.</source><translation>Ce qui a été appris de {host} est oublié.</translation></message>
<message numerus="yes"><source>What was learnt of %Ln host(s) is forgotten.</source><translation><numerusform>Ce qui a été appris de %Ln hôte est oublié.</numerusform><numerusform>Ce qui a été appris de %Ln hôtes est oublié.</numerusform></translation></message>
<message><source>directly</source><translation>directement</translation></message>
<message><source>as the system does</source><translation>comme le système</translation></message>
<message><source>as the environment says</source><translation>comme le dit l’environnement</translation></message>
<message><source>By my Kerberos ticket</source><translation>Avec mon ticket Kerberos</translation></message>
<message><source>By password, readably (Basic)</source><translation>Par mot de passe, en clair (Basic)</translation></message>
<message><source>Holds for {host} and all hosts below it, together.</source><translation>Vaut pour {host} et tous les hôtes au-dessous, réunis.</translation></message>
<message><source>Holds for {host} alone.</source><translation>Vaut pour {host} seulement.</translation></message>
<message><source>nothing special</source><translation>rien de particulier</translation></message>
<message><source>as {host}</source><translation>comme {host}</translation></message>
<message numerus="yes"><source>%Ln connection(s)</source><translation><numerusform>%Ln connexion</numerusform><numerusform>%Ln connexions</numerusform></translation></message>
<message numerus="yes"><source>%Ln per download</source><translation><numerusform>%Ln par téléchargement</numerusform><numerusform>%Ln par téléchargement</numerusform></translation></message>
<message><source>pause of {seconds} s</source><translation>pause de {seconds} s</translation></message>
<message><source>referrer</source><translation>référent</translation></message>
<message numerus="yes"><source>%Ln header(s)</source><translation><numerusform>%Ln en-tête</numerusform><numerusform>%Ln en-têtes</numerusform></translation></message>
<message><source>by {proxy}</source><translation>par {proxy}</translation></message>
<message><source>no ranges</source><translation>sans plages</translation></message>
<message numerus="yes"><source>%Ln connection(s) helped a download</source><translation><numerusform>%Ln connexion a aidé un téléchargement</numerusform><numerusform>%Ln connexions ont aidé un téléchargement</numerusform></translation></message>
<message numerus="yes"><source>bore %Ln connection(s) when it refused more</source><translation><numerusform>supportait %Ln connexion quand il en a refusé plus</numerusform><numerusform>supportait %Ln connexions quand il en a refusé plus</numerusform></translation></message>
<message><source>its tags change although files do not</source><translation>ses étiquettes changent alors que les fichiers ne changent pas</translation></message>
<message><source>answered a range wrongly ({when})</source><translation>a mal répondu à une plage ({when})</translation></message>
<message><source>asks to be left alone for {time}</source><translation>demande à être laissé tranquille pendant {time}</translation></message>
<message><source>asked to be left alone until {when}</source><translation>a demandé à être laissé tranquille jusqu’à {when}</translation></message>
</context>
<context>
<name>Hours</name>
<message><source>Hours of the week</source><translation>Heures de la semaine</translation></message>
<message><source>marked</source><translation>marqué</translation></message>
<message><source>not marked</source><translation>non marqué</translation></message>
</context>
<context>
<name>Limit</name>
<message><source>Speed limit</source><translation>Limite de vitesse</translation></message>
<message><source>Limit</source><translation>Limiter</translation></message>
<message><source>All downloads together take at most</source><translation>Vitesse maximale de tous les téléchargements réunis</translation></message>
<message><source>Speed limit in megabytes per second</source><translation>Limite de vitesse en mégaoctets par seconde</translation></message>
<message><source> MB/s</source><translation> Mo/s</translation></message>
</context>
<context>
<name>List</name>
<message><source>High</source><translation>Haute</translation></message>
<message><source>Normal</source><translation>Normale</translation></message>
<message><source>Low</source><translation>Basse</translation></message>
<message><source>Main queue</source><translation>File principale</translation></message>
<message><source>{checksum} verified</source><translation>{checksum} vérifié</translation></message>
<message><source>{checksum} expected</source><translation>{checksum} attendu</translation></message>
<message><source>Name</source><translation>Nom</translation></message>
<message><source>Progress</source><translation>Progression</translation></message>
<message><source>Size</source><translation>Taille</translation></message>
<message><source>Speed</source><translation>Vitesse</translation></message>
<message><source>Time left</source><translation>Temps restant</translation></message>
<message><source>Added</source><translation>Ajouté</translation></message>
<message><source>Finished</source><translation>Terminé</translation></message>
<message><source>Host</source><translation>Hôte</translation></message>
<message><source>Folder</source><translation>Dossier</translation></message>
<message><source>Category</source><translation>Catégorie</translation></message>
<message><source>Queue</source><translation>File</translation></message>
<message><source>Priority</source><translation>Priorité</translation></message>
<message><source>Average speed</source><translation>Vitesse moyenne</translation></message>
<message><source>Connections</source><translation>Connexions</translation></message>
<message><source>Checksum</source><translation>Somme de contrôle</translation></message>
<message><source>Limit</source><translation>Limite</translation></message>
<message><source>{first}. {second}</source><extracomment>The two lines of the empty list, for screen readers</extracomment><translation>{first}. {second}</translation></message>
<message><source>Which downloads to show</source><translation>Téléchargements à afficher</translation></message>
<message><source>Release queue</source><translation>Relancer la file</translation></message>
<message><source>Hold queue</source><translation>Suspendre la file</translation></message>
<message><source>Queue options…</source><translation>Options de la file…</translation></message>
<message><source>Rename queue…</source><translation>Renommer la file…</translation></message>
<message><source>Remove queue</source><translation>Supprimer la file</translation></message>
<message><source>Change categories…</source><translation>Modifier les catégories…</translation></message>
<message><source>Add queue…</source><translation>Ajouter une file…</translation></message>
<message><source>Columns</source><translation>Colonnes</translation></message>
<message><source>Show all</source><translation>Tout afficher</translation></message>
<message><source>Fit to content</source><translation>Ajuster au contenu</translation></message>
<message><source>Usual columns</source><translation>Colonnes par défaut</translation></message>
<message><source>Sort by</source><translation>Trier par</translation></message>
<message><source>Sort in queue order</source><translation>Trier selon l’ordre de la file</translation></message>
<message><source>Pause</source><translation>Mettre en pause</translation></message>
<message><source>Resume</source><translation>Reprendre</translation></message>
<message><source>Try again</source><translation>Réessayer</translation></message>
<message><source>Try now</source><translation>Essayer maintenant</translation></message>
<message><source>Paste a new link</source><translation>Coller un nouveau lien</translation></message>
<message><source>Log in</source><translation>Se connecter</translation></message>
<message><source>Show the certificate</source><translation>Afficher le certificat</translation></message>
<message><source>Give its cookies again</source><translation>Redonner ses cookies</translation></message>
<message><source>Show the host key</source><translation>Afficher la clé d’hôte</translation></message>
<message><source>End recording and keep it</source><translation>Terminer l’enregistrement et le garder</translation></message>
<message><source>Open</source><translation>Ouvrir</translation></message>
<message><source>Download again</source><translation>Télécharger à nouveau</translation></message>
<message><source>Show in folder</source><translation>Afficher dans le dossier</translation></message>
<message><source>Sort in queue order to arrange rows by dragging</source><translation>Triez selon l’ordre de la file pour déplacer les lignes à la souris</translation></message>
<message><source>Categories</source><translation>Catégories</translation></message>
<message><source>Queues</source><translation>Files d’attente</translation></message>
<message><source>Watched</source><translation>Surveillés</translation></message>
<message><source>{section}, folded</source><translation>{section}, section repliée</translation></message>
<message><source>{section}, open</source><translation>{section}, section dépliée</translation></message>
<message><source>{group}, held, {downloads}</source><translation>{group}, suspendue, {downloads}</translation></message>
<message><source>{group}, {downloads}: {why}</source><extracomment>What a line of the sidebar says, such as "Night, 3 downloads: Waiting for the hours of its queue"</extracomment><translation>{group}, {downloads} : {why}</translation></message>
<message><source>{group}, {downloads}</source><extracomment>What a line of the sidebar says, such as "Paused, 3 downloads"</extracomment><translation>{group}, {downloads}</translation></message>
<message><source>Click to sort, Shift+click to sort by several columns</source><translation>Clic pour trier, Maj+clic pour trier selon plusieurs colonnes</translation></message>
<message><source>{column}, sorted downwards</source><translation>{column}, tri décroissant</translation></message>
<message><source>{column}, sorted upwards</source><translation>{column}, tri croissant</translation></message>
<message><source>Downloads</source><translation>Téléchargements</translation></message>
</context>
<context>
<name>Lists</name>
<message><source>{name} could not be written: {why}</source><translation>{name} n’a pas pu être écrit : {why}</translation></message>
<message><source>Lists ({endings})</source><translation>Listes ({endings})</translation></message>
<message><source>Open lists</source><translation>Ouvrir des listes</translation></message>
<message><source>All files (*)</source><translation>Tous les fichiers (*)</translation></message>
<message><source>Export the list</source><translation>Exporter la liste</translation></message>
<message><source>Unfinished files ({endings})</source><translation>Fichiers inachevés ({endings})</translation></message>
<message><source>Take over an unfinished file</source><translation>Reprendre un fichier inachevé</translation></message>
<message numerus="yes"><source>%Ln download(s) exported to {name}</source><translation><numerusform>%Ln téléchargement exporté vers {name}</numerusform><numerusform>%Ln téléchargements exportés vers {name}</numerusform></translation></message>
<message><source>The file cannot be read</source><translation>Le fichier ne peut pas être lu</translation></message>
</context>
<context>
<name>Live</name>
<message><source>Lines of the file</source><translation>Lignes du fichier</translation></message>
<message><source>The expression takes too long on some lines; find a simpler one</source><translation>L’expression prend trop de temps sur certaines lignes ; cherchez-en une plus simple</translation></message>
<message><source>Paused</source><translation>En pause</translation></message>
<message><source>To the end</source><translation>Aller à la fin</translation></message>
<message><source>Show anyway</source><translation>Afficher quand même</translation></message>
<message><source>Not a regular expression, at character {place}: {what}</source><translation>Expression régulière non valide, au caractère {place} : {what}</translation></message>
<message><source>Find in the lines</source><translation>Rechercher dans les lignes</translation></message>
<message><source>Aa</source><extracomment>A button that tells capital letters from small ones</extracomment><translation>Aa</translation></message>
<message><source>Match case</source><extracomment>A button that tells capital letters from small ones</extracomment><translation>Respecter la casse</translation></message>
<message><source>Regular expression</source><extracomment>A button that tells capital letters from small ones</extracomment><translation>Expression régulière</translation></message>
<message><source>Only matching lines</source><extracomment>A button that tells capital letters from small ones</extracomment><translation>Lignes correspondantes</translation></message>
<message><source>Show only matching lines</source><extracomment>A button that tells capital letters from small ones</extracomment><translation>N’afficher que les lignes correspondantes</translation></message>
<message><source>Show from the beginning</source><translation>Afficher depuis le début</translation></message>
<message><source>Wrap long lines</source><translation>Renvoi à la ligne</translation></message>
<message><source>Clear the view</source><translation>Vider l’affichage</translation></message>
<message><source>Automatic</source><translation>Automatique</translation></message>
<message><source>Stop saving</source><translation>Arrêter l’enregistrement</translation></message>
<message><source>Save matches as…</source><translation>Enregistrer les correspondances sous…</translation></message>
<message><source>Save all matching lines of the file so far as…</source><translation>Enregistrer toutes les lignes correspondantes déjà reçues sous…</translation></message>
<message><source>Go on showing new lines</source><translation>Reprendre l’affichage des nouvelles lignes</translation></message>
<message><source>Pause the view</source><translation>Mettre l’affichage en pause</translation></message>
<message><source>Encoding: {name}</source><translation>Encodage : {name}</translation></message>
<message><source>Encoding: automatic, {name}</source><translation>Encodage : automatique, {name}</translation></message>
<message><source>{name} matches.txt</source><translation>{name} correspondances.txt</translation></message>
<message><source>Save matches</source><translation>Enregistrer les correspondances</translation></message>
<message><source>Saving to {name}…</source><translation>Enregistrement dans {name}…</translation></message>
<message><source>{name} is the download itself; choose another name</source><translation>{name} est le téléchargement lui-même ; choisissez un autre nom</translation></message>
<message><source>{name} could not be saved</source><translation>Impossible d’enregistrer {name}</translation></message>
<message><source>Nothing was saved</source><translation>Rien n’a été enregistré</translation></message>
<message numerus="yes"><source>%Ln line(s) saved to {name}</source><translation><numerusform>%Ln ligne enregistrée dans {name}</numerusform><numerusform>%Ln lignes enregistrées dans {name}</numerusform></translation></message>
<message><source>{size} before this are not shown</source><translation>Les {size} qui précèdent ne sont pas affichés</translation></message>
<message><source>{size} came too fast to be shown</source><translation>{size} sont arrivés trop vite pour être affichés</translation></message>
<message><source>The file was begun anew</source><translation>Le fichier a été recommencé</translation></message>
<message><source>The recording goes on in the next file</source><translation>L’enregistrement continue dans le fichier suivant</translation></message>
<message><source>Unicode (UTF-8)</source><translation>Unicode (UTF-8)</translation></message>
<message><source>Unicode (UTF-16)</source><translation>Unicode (UTF-16)</translation></message>
<message><source>Western European (Windows-1252)</source><translation>Europe occidentale (Windows-1252)</translation></message>
<message><source>Western European (ISO-8859-15)</source><translation>Europe occidentale (ISO-8859-15)</translation></message>
<message><source>Central European (Windows-1250)</source><translation>Europe centrale (Windows-1250)</translation></message>
<message><source>Cyrillic (Windows-1251)</source><translation>Cyrillique (Windows-1251)</translation></message>
<message><source>Cyrillic (KOI8-R)</source><translation>Cyrillique (KOI8-R)</translation></message>
<message><source>Greek (Windows-1253)</source><translation>Grec (Windows-1253)</translation></message>
<message><source>Turkish (Windows-1254)</source><translation>Turc (Windows-1254)</translation></message>
<message><source>Hebrew (Windows-1255)</source><translation>Hébreu (Windows-1255)</translation></message>
<message><source>Arabic (Windows-1256)</source><translation>Arabe (Windows-1256)</translation></message>
<message><source>Japanese (Shift JIS)</source><translation>Japonais (Shift JIS)</translation></message>
<message><source>Japanese (EUC-JP)</source><translation>Japonais (EUC-JP)</translation></message>
<message><source>Simplified Chinese (GB18030)</source><translation>Chinois simplifié (GB18030)</translation></message>
<message><source>Traditional Chinese (Big5)</source><translation>Chinois traditionnel (Big5)</translation></message>
<message><source>Korean (EUC-KR)</source><translation>Coréen (EUC-KR)</translation></message>
<message><source>The file is not there</source><translation>Le fichier n’est pas là</translation></message>
<message><source>This file is not text</source><translation>Ce fichier n’est pas du texte</translation></message>
<message><source>Waiting for the next line</source><translation>En attente de la prochaine ligne</translation></message>
<message><source>There is no line to show</source><translation>Aucune ligne à afficher</translation></message>
<message><source>The file cannot be read</source><translation>Le fichier ne peut pas être lu</translation></message>
<message numerus="yes"><source>%Ln line(s)</source><translation><numerusform>%Ln ligne</numerusform><numerusform>%Ln lignes</numerusform></translation></message>
<message numerus="yes"><source>%Ln new line(s)</source><translation><numerusform>%Ln nouvelle ligne</numerusform><numerusform>%Ln nouvelles lignes</numerusform></translation></message>
<message numerus="yes"><source>%Ln matching line(s)</source><translation><numerusform>%Ln ligne correspondante</numerusform><numerusform>%Ln lignes correspondantes</numerusform></translation></message>
<message><source>Choose a download to see its text as it arrives</source><translation>Sélectionnez un téléchargement pour voir son texte au fil de la réception</translation></message>
<message><source>Nothing has arrived yet</source><translation>Rien n’est encore arrivé</translation></message>
<message><source>No line matches</source><translation>Aucune ligne ne correspond</translation></message>
</context>
<context>
<name>Login</name>
<message><source>Log in</source><translation>Se connecter</translation></message>
<message><source>&amp;Keep it in the system's keyring</source><translation>&amp;Garder dans le trousseau du système</translation></message>
<message><source>&amp;User name</source><translation>&amp;Nom d’utilisateur</translation></message>
<message><source>&amp;Password, or token</source><translation>&amp;Mot de passe ou jeton</translation></message>
<message><source>The login before was refused.</source><translation>L’identification précédente a été refusée.</translation></message>
<message><source>Install this first, in a terminal</source><translation>À installer d’abord, dans un terminal</translation></message>
<message><source>Type a name and a password, or a token.</source><translation>Saisissez un nom et un mot de passe, ou un jeton.</translation></message>
<message><source>There are too many rules for hosts.</source><translation>Il y a trop de règles d’hôtes.</translation></message>
<message><source>The keyring does not keep the login; it is used until Headrace ends.</source><translation>Le trousseau ne garde pas l’identification ; elle sert jusqu’à la fin de Headrace.</translation></message>
<message><source>The server {place} asks for a login.</source><translation>Le serveur {place} demande une identification.</translation></message>
<message><source>A login for {place}, for all downloads from there.</source><translation>Une identification pour {place}, pour tous les téléchargements de là.</translation></message>
<message><source>The proxy {place} asks for a login.</source><translation>Le proxy {place} demande une identification.</translation></message>
<message><source>Your Kerberos ticket could not be used: {why}.</source><translation>Votre ticket Kerberos n’a pas pu être utilisé : {why}.</translation></message>
<message numerus="yes"><source>%Ln download(s) wait for it.</source><translation><numerusform>%Ln téléchargement l’attend.</numerusform><numerusform>%Ln téléchargements l’attendent.</numerusform></translation></message>
<message><source>Others on the way may read it, unless the server offers TLS.</source><translation>D’autres en chemin peuvent la lire, sauf si le serveur propose TLS.</translation></message>
<message><source>The connection is not encrypted: others on the way may read it.</source><translation>La connexion n’est pas chiffrée : d’autres en chemin peuvent la lire.</translation></message>
<message><source>Show my Kerberos &amp;ticket to {host}</source><translation>Montrer mon &amp;ticket Kerberos à {host}</translation></message>
<message><source>Send the password &amp;readably (Basic), though safer ways are offered</source><translation>Envoyer le mot de passe en &amp;clair (Basic), bien que plus sûr soit proposé</translation></message>
</context>
<context>
<name>Names</name>
<message><source>Write a name.</source><translation>Indiquez un nom.</translation></message>
<message><source>A name has no slashes. The folder is chosen apart from it.</source><translation>Un nom ne contient pas de barre oblique. Le dossier se choisit séparément.</translation></message>
<message><source>The name holds a character that cannot be seen.</source><translation>Le nom contient un caractère invisible.</translation></message>
<message><source>A name cannot hold any of &lt; &gt; : " | ? *</source><translation>Un nom ne peut contenir aucun de ces caractères : &lt; &gt; : " | ? *</translation></message>
<message><source>A name cannot end with a dot or a space.</source><translation>Un nom ne peut pas finir par un point ou un espace.</translation></message>
<message><source>Windows keeps this name for itself. Put _ before it.</source><translation>Windows se réserve ce nom. Mettez _ devant.</translation></message>
<message><source>The name is too long. 255 bytes are the most a disk takes.</source><translation>Le nom est trop long. Un disque accepte 255 octets au plus.</translation></message>
</context>
<context>
<name>Notices</name>
<message><source>fetched anew: the file on the server had changed</source><translation>recommencé : le fichier a changé sur le serveur</translation></message>
<message><source>fetched anew: the server cannot resume safely</source><translation>recommencé : le serveur ne permet pas une reprise sûre</translation></message>
<message><source>fetched anew: the unfinished file was missing or changed</source><translation>recommencé : le fichier incomplet avait disparu ou changé</translation></message>
<message><source>length unknown</source><translation>taille inconnue</translation></message>
<message><source>skipped, a file of that name was there already</source><translation>ignoré, un fichier de ce nom existait déjà</translation></message>
<message><source>joins compared, the server names no version</source><translation>raccords comparés, le serveur n’indique pas de version</translation></message>
<message><source>altered blocks on disk fetched again</source><translation>blocs altérés sur le disque, téléchargés à nouveau</translation></message>
<message><source>saved as it came, though labelled compressed</source><translation>enregistré tel quel, bien qu’annoncé compressé</translation></message>
<message><source>the server calls it another kind of file</source><translation>le serveur annonce un autre type de fichier</translation></message>
<message><source>misleading characters removed from the name</source><translation>caractères trompeurs retirés du nom</translation></message>
<message><source>checksum shows accidents, not forgeries</source><translation>la somme de contrôle révèle les accidents, pas les falsifications</translation></message>
<message><source>one address was given up</source><translation>une adresse a été abandonnée</translation></message>
<message><source>the disk cannot set room aside</source><translation>le disque ne permet pas de réserver l’espace</translation></message>
<message><source>the feed was interrupted</source><translation>le flux a été interrompu</translation></message>
<message><source>ended on request</source><translation>terminé à votre demande</translation></message>
<message><source>not marked with its origin</source><translation>provenance non inscrite dans le fichier</translation></message>
<message><source>fetched anew: what another program had left was not right</source><translation>récupéré de nouveau : ce qu’un autre programme avait laissé n’était pas juste</translation></message>
<message><source>partly another program's, compared in samples</source><translation>en partie d’un autre programme, comparé par échantillons</translation></message>
</context>
<context>
<name>Outcome</name>
<message><source>{name} is right, proved by {proof}</source><translation>{name} est conforme, d’après {proof}</translation></message>
<message><source>{name} has the right size; nothing more is known of it</source><translation>{name} a la bonne taille ; on n’en sait pas plus</translation></message>
<message><source>{name} is not the file any more that was downloaded</source><translation>{name} n’est plus le fichier téléchargé</translation></message>
<message><source>{name} is no longer in {folder}</source><translation>{name} n’est plus dans {folder}</translation></message>
<message><source>{name} cannot be read</source><translation>{name} ne peut pas être lu</translation></message>
<message><source>Nothing is known of {name} to compare it with</source><translation>Aucune référence à laquelle comparer {name}</translation></message>
<message><source>{name} was not read to its end</source><translation>{name} n’a pas été lu jusqu’au bout</translation></message>
<message><source>{name}: {what}. {advice}</source><translation>{name} : {what}. {advice}</translation></message>
<message><source>Renamed to {name}</source><translation>Renommé en {name}</translation></message>
<message><source>{name} is in {folder} now</source><translation>{name} est maintenant dans {folder}</translation></message>
<message><source>{sentence}: it differs from byte {start} on</source><translation>{sentence} : il diffère à partir de l’octet {start}</translation></message>
<message><source>the digests Headrace kept of it</source><translation>les empreintes que Headrace en a gardées</translation></message>
</context>
<context>
<name>Properties</name>
<message><source>As in the settings</source><translation>Selon les paramètres</translation></message>
<message><source>Nothing</source><translation>Rien</translation></message>
<message><source>Open it</source><translation>L’ouvrir</translation></message>
<message><source>Extract it</source><translation>L’extraire</translation></message>
<message><source>Extract it and open the folder</source><translation>L’extraire et ouvrir le dossier</translation></message>
<message><source>Extract it, then the archive goes to the trash</source><translation>L’extraire, puis mettre l’archive à la corbeille</translation></message>
<message><source>Play a sound</source><translation>Jouer un son</translation></message>
<message><source>When it is &amp;there</source><translation>&amp;Quand le fichier est là</translation></message>
<message><source>Write the proxy as http://proxy.example:3128, or “direct” for none.</source><translation>Écrivez le proxy sous la forme http://proxy.example:3128, ou « direct » pour aucun.</translation></message>
<message><source>Write each header as Name: value. Headrace itself sets Range, Host and the like.</source><translation>Écrivez chaque en-tête sous la forme Name: value. Headrace définit lui-même Range, Host et autres.</translation></message>
<message><source>High</source><translation>Haute</translation></message>
<message><source>Normal</source><translation>Normale</translation></message>
<message><source>Low</source><translation>Basse</translation></message>
<message><source>Properties</source><translation>Propriétés</translation></message>
<message><source>Apply</source><translation>Appliquer</translation></message>
<message><source>No limit of its own</source><translation>Pas de limite propre</translation></message>
<message><source>By type</source><translation>Selon le type</translation></message>
<message><source>Main queue</source><translation>File principale</translation></message>
<message><source>such as sha256:…</source><translation>par exemple sha256:…</translation></message>
<message><source>unchanged</source><translation>inchangés</translation></message>
<message><source>&amp;Category</source><translation>&amp;Catégorie</translation></message>
<message><source>C&amp;onnections at most</source><translation>C&amp;onnexions maximum</translation></message>
<message><source>Speed &amp;limit</source><translation>&amp;Limite de vitesse</translation></message>
<message><source>&amp;Priority</source><translation>&amp;Priorité</translation></message>
<message><source>&amp;Queue</source><translation>&amp;File d’attente</translation></message>
<message><source>Expected c&amp;hecksum</source><translation>Somme de contrôle &amp;attendue</translation></message>
<message><source>Pro&amp;xy</source><translation>Pro&amp;xy</translation></message>
<message><source>Coo&amp;kies</source><translation>Coo&amp;kies</translation></message>
<message><source>&amp;Request headers, one a line</source><translation>&amp;En-têtes de la requête, un par ligne</translation></message>
<message><source>Various: left as they are</source><translation>Valeurs diverses, inchangées</translation></message>
<message><source>This is not a checksum. Write it as sha256: and 64 digits from 0 to f.</source><translation>Ce n’est pas une somme de contrôle. Écrivez sha256: suivi de 64 chiffres de 0 à f.</translation></message>
<message><source>This value cannot be used.</source><translation>Cette valeur ne peut pas être utilisée.</translation></message>
</context>
<context>
<name>Questions</name>
<message><source>Delete for good</source><translation>Supprimer définitivement</translation></message>
<message><source>What is deleted so does not go to the trash.</source><translation>Ce qui est ainsi supprimé ne va pas à la corbeille.</translation></message>
<message><source>Delete</source><translation>Supprimer</translation></message>
<message><source>Cancel</source><translation>Annuler</translation></message>
<message><source>Delete “{name}” for good?</source><translation>Supprimer définitivement « {name} » ?</translation></message>
<message numerus="yes"><source>Delete %Ln download(s) with their files for good?</source><translation><numerusform>Supprimer définitivement %Ln téléchargement et son fichier ?</numerusform><numerusform>Supprimer définitivement %Ln téléchargements et leurs fichiers ?</numerusform></translation></message>
<message><source>About Headrace</source><translation>À propos de Headrace</translation></message>
<message><source>A download manager that proves every byte it writes.</source><translation>Un gestionnaire de téléchargements qui vérifie chaque octet qu’il écrit.</translation></message>
<message><source>Close</source><translation>Fermer</translation></message>
</context>
<context>
<name>Queues</name>
<message><source>Queue options</source><translation>Options de la file</translation></message>
<message><source>Apply</source><translation>Appliquer</translation></message>
<message><source>Speed &amp;limit</source><translation>&amp;Limite de vitesse</translation></message>
<message><source>Downloads at &amp;once</source><translation>Télécharge&amp;ments simultanés</translation></message>
<message><source>Starts downloads, and stops them &amp;after</source><translation>Démarre les téléchargements, et les arrête e&amp;nsuite</translation></message>
<message><source>&amp;Folder</source><translation>&amp;Dossier</translation></message>
<message><source>No limit of its own</source><translation>Pas de limite propre</translation></message>
<message><source>As many as in all</source><translation>Autant qu’en tout</translation></message>
<message><source>The folder for downloads</source><translation>Le dossier des téléchargements</translation></message>
<message><source>Hours</source><translation>Heures</translation></message>
<message><source>Write the whole path of the folder, from the root.</source><translation>Indiquez le chemin complet du dossier, depuis la racine.</translation></message>
<message><source>Name of the queue</source><translation>Nom de la file d’attente</translation></message>
<message><source>Add queue</source><translation>Ajouter une file</translation></message>
<message><source>Rename queue</source><translation>Renommer la file</translation></message>
<message><source>Removed the queue {queue}</source><translation>File d’attente {queue} supprimée</translation></message>
<message><source>Undo</source><translation>Annuler</translation></message>
<message numerus="yes"><source>%Ln download(s) moved to {place}</source><translation><numerusform>%Ln téléchargement déplacé vers {place}</numerusform><numerusform>%Ln téléchargements déplacés vers {place}</numerusform></translation></message>
</context>
<context>
<name>Readdress</name>
<message><source>Change address</source><translation>Changer l’adresse</translation></message>
<message><source>Go on from there</source><translation>Continuer</translation></message>
<message><source>New address of {name}</source><translation>Nouvelle adresse de {name}</translation></message>
<message><source>Open the server's page in the browser</source><translation>Ouvrir la page du serveur dans le navigateur</translation></message>
<message><source>This is not an address. It begins with https:// or http://.</source><translation>Ce n’est pas une adresse. Elle commence par https:// ou http://.</translation></message>
<message><source>This download runs or is done already, or another one has this address.</source><translation>Ce téléchargement est en cours ou déjà terminé, ou un autre a cette adresse.</translation></message>
<message><source>Paste a fresh link to the same file.</source><translation>Collez un nouveau lien vers le même fichier.</translation></message>
<message><source>Paste a fresh link to the same file. The {size} that are here stay; they are compared with what the new address has before anything is added to them.</source><translation>Collez un nouveau lien vers le même fichier. Les {size} déjà reçus restent ; ils sont comparés à ce que propose la nouvelle adresse avant tout ajout.</translation></message>
</context>
<context>
<name>Relocate</name>
<message><source>Move to another folder</source><translation>Déplacer vers un autre dossier</translation></message>
<message><source>Move</source><translation>Déplacer</translation></message>
<message><source>What has arrived goes along, and downloads that run go on there.</source><translation>Ce qui est déjà reçu suit, et les téléchargements en cours continuent là-bas.</translation></message>
<message><source>Write the whole path of a folder.</source><translation>Indiquez le chemin complet d’un dossier.</translation></message>
<message><source>New folder of {what}</source><translation>Nouveau dossier pour {what}</translation></message>
</context>
<context>
<name>Rename</name>
<message><source>Name of the file</source><translation>Nom du fichier</translation></message>
<message><source>This name cannot be used.</source><translation>Ce nom ne peut pas être utilisé.</translation></message>
<message><source>Rename</source><translation>Renommer</translation></message>
</context>
<context>
<name>Rules</name>
<message><source>There is no {part}. There are {fields}.</source><translation>{part} n’existe pas. Il y a {fields}.</translation></message>
<message><source>Behind a colon there is only the form of a date, such as {example}.</source><translation>Après un deux-points, il n’y a que la forme d’une date, comme {example}.</translation></message>
<message><source>A brace is open, or there is one too many.</source><translation>Une accolade est ouverte, ou il y en a une de trop.</translation></message>
<message><source>{path} stands for several folders: write it alone between two slashes.</source><translation>{path} désigne plusieurs dossiers : écrivez-le seul entre deux barres obliques.</translation></message>
<message><source>Write a whole path, or folders below the one for downloads.</source><translation>Écrivez un chemin complet, ou des dossiers dans celui des téléchargements.</translation></message>
<message><source>Not every system can have a folder called “{part}”.</source><translation>Certains systèmes n’acceptent pas de dossier nommé « {part} ».</translation></message>
<message><source>{counter} numbers files, and can be no part of a folder.</source><translation>{counter} numérote les fichiers et ne peut pas faire partie d’un dossier.</translation></message>
<message><source>A name holds no slashes. Folders belong into the field above.</source><translation>Un nom ne contient pas de barre oblique. Les dossiers vont dans le champ au-dessus.</translation></message>
<message><source>Without a field such as {name} all files would have the same name.</source><translation>Sans un champ comme {name}, tous les fichiers auraient le même nom.</translation></message>
<message><source>A regular expression has {number} characters at most.</source><translation>Une expression régulière a {number} caractères au plus.</translation></message>
<message><source>This is no regular expression: {part}</source><translation>Ce n’est pas une expression régulière : {part}</translation></message>
<message><source>There is a {part} already. Give the group another name.</source><translation>{part} existe déjà. Donnez un autre nom au groupe.</translation></message>
<message><source>This expression may take too long. Let no two ways of a repeat fit the same text, as in {example}.</source><translation>Cette expression peut prendre trop de temps. Dans une répétition, deux voies ne doivent pas correspondre au même texte, comme dans {example}.</translation></message>
<message><source>Rule {number}</source><translation>Règle {number}</translation></message>
<message><source>everything</source><translation>tout</translation></message>
<message><source>the folder for downloads</source><translation>le dossier des téléchargements</translation></message>
<message><source>{what} → {where}</source><translation>{what} → {where}</translation></message>
<message><source>Change {name}</source><translation>Modifier {name}</translation></message>
<message><source>Remove {name}</source><translation>Supprimer {name}</translation></message>
<message><source>Endings</source><translation>Extensions</translation></message>
<message><source>Folder</source><translation>Dossier</translation></message>
<message><source>{name} is removed.</source><translation>{name} est supprimée.</translation></message>
<message><source>Any</source><translation>N’importe laquelle</translation></message>
<message><source>As it is</source><translation>Tel quel</translation></message>
<message><source>Write a size such as 700M or 2GiB.</source><translation>Écrivez une taille comme 700M ou 2GiB.</translation></message>
<message><source>Name of the rule</source><translation>Nom de la règle</translation></message>
<message><source>Types of files</source><translation>Types de fichiers</translation></message>
<message><source>Servers</source><translation>Serveurs</translation></message>
<message><source>Addresses</source><translation>Adresses</translation></message>
<message><source>Server (regular expression)</source><translation>Serveur (expression régulière)</translation></message>
<message><source>Address (regular expression)</source><translation>Adresse (expression régulière)</translation></message>
<message><source>Name (regular expression)</source><translation>Nom (expression régulière)</translation></message>
<message><source>Size</source><translation>Taille</translation></message>
<message><source>Least size</source><translation>Taille minimale</translation></message>
<message><source>Greatest size</source><translation>Taille maximale</translation></message>
<message><source>From the queue</source><translation>De la file</translation></message>
<message><source>File name</source><translation>Nom du fichier</translation></message>
<message><source>Category</source><translation>Catégorie</translation></message>
<message><source>Queue</source><translation>File</translation></message>
<message><source>Priority</source><translation>Priorité</translation></message>
<message><source>Add paused</source><translation>Ajouter en pause</translation></message>
<message><source>Ask the rules below too</source><translation>Consulter aussi les règles suivantes</translation></message>
<message><source>{name}: asked</source><translation>{name} : consultée</translation></message>
<message><source>Add rule</source><translation>Ajouter une règle</translation></message>
<message><source>Folders by type</source><translation>Dossiers par type</translation></message>
<message><source>A folder each for videos, music, pictures and so on</source><translation>Un dossier pour les vidéos, un pour la musique, un pour les images, etc.</translation></message>
<message><source>Try an address: where would it go?</source><translation>Essayer une adresse : où irait-elle ?</translation></message>
<message><source>This is not an address.</source><translation>Ce n’est pas une adresse.</translation></message>
<message><source>no rule holds</source><translation>aucune règle ne s’applique</translation></message>
<message><source>{path} ({rule})</source><translation>{path} ({rule})</translation></message>
<message><source>Ask {name} earlier</source><translation>Consulter {name} plus tôt</translation></message>
<message><source>Ask {name} later</source><translation>Consulter {name} plus tard</translation></message>
</context>
<context>
<name>Settings</name>
<message><source>All files</source><translation>Tous les fichiers</translation></message>
<message><source>At all hours</source><translation>À toute heure</translation></message>
<message><source>No program on this computer opens it.</source><translation>Aucun programme de cet ordinateur ne peut l’ouvrir.</translation></message>
<message><source>The keyring did not forget all of them.</source><translation>Le trousseau ne les a pas toutes oubliées.</translation></message>
<message numerus="yes"><source>%Ln login(s) forgotten.</source><translation><numerusform>%Ln identification oubliée.</numerusform><numerusform>%Ln identifications oubliées.</numerusform></translation></message>
<message><source>All settings are back to their defaults.</source><translation>Tous les paramètres ont retrouvé leur valeur par défaut.</translation></message>
<message><source>All settings had their defaults already.</source><translation>Tous les paramètres avaient déjà leur valeur par défaut.</translation></message>
<message><source>Export settings</source><translation>Exporter les paramètres</translation></message>
<message><source>{file} could not be written: {fault}</source><translation>Impossible d’écrire {file} : {fault}</translation></message>
<message><source>All settings are in {file} now.</source><translation>Tous les paramètres sont maintenant dans {file}.</translation></message>
<message><source>Import settings</source><translation>Importer des paramètres</translation></message>
<message><source>Settings (*.json)</source><translation>Paramètres (*.json)</translation></message>
<message><source>All files (*)</source><translation>Tous les fichiers (*)</translation></message>
<message><source>{file} is not a file of settings that Headrace wrote. Nothing was changed.</source><translation>{file} n’est pas un fichier de paramètres écrit par Headrace. Rien n’a été modifié.</translation></message>
<message><source>{file} was written by a newer Headrace. Nothing was changed.</source><translation>{file} vient d’une version plus récente de Headrace. Rien n’a été modifié.</translation></message>
<message><source>{file} cannot be read. Nothing was changed.</source><translation>{file} ne peut pas être lu. Rien n’a été modifié.</translation></message>
<message><source>All settings were already as {file} has them.</source><translation>Tous les paramètres étaient déjà ceux de {file}.</translation></message>
<message numerus="yes"><source>%Ln setting(s) changed to what {file} has.</source><translation><numerusform>%Ln paramètre repris de {file}.</numerusform><numerusform>%Ln paramètres repris de {file}.</numerusform></translation></message>
<message><source>Ignored, as there is no such setting: {names}.</source><translation>Ignorés, car ces paramètres n’existent pas : {names}.</translation></message>
<message><source>Left as they were, as the values cannot be used: {names}.</source><translation>Laissés tels quels, car les valeurs sont inutilisables : {names}.</translation></message>
<message><source>Not found on this computer: the folder or file of {names}.</source><translation>Introuvable sur cet ordinateur : le dossier ou le fichier de {names}.</translation></message>
<message><source>Search settings</source><translation>Rechercher un paramètre</translation></message>
<message><source>Settings</source><translation>Paramètres</translation></message>
<message><source>This folder cannot be reached.</source><translation>Ce dossier est inaccessible.</translation></message>
<message><source>This is a file, not a folder.</source><translation>C’est un fichier, pas un dossier.</translation></message>
<message><source>Main queue</source><translation>File principale</translation></message>
<message><source>This value cannot be used.</source><translation>Cette valeur ne peut pas être utilisée.</translation></message>
<message><source>Like the system</source><translation>Comme le système</translation></message>
<message><source>Blue</source><translation>Bleu</translation></message>
<message><source>Teal</source><translation>Bleu-vert</translation></message>
<message><source>Green</source><translation>Vert</translation></message>
<message><source>Amber</source><translation>Ambre</translation></message>
<message><source>Orange</source><translation>Orange</translation></message>
<message><source>Red</source><translation>Rouge</translation></message>
<message><source>Pink</source><translation>Rose</translation></message>
<message><source>Violet</source><translation>Violet</translation></message>
<message><source>Another colour…</source><translation>Autre couleur…</translation></message>
<message><source>{setting}: {choice}</source><translation>{setting} : {choice}</translation></message>
<message><source>Accent colour</source><translation>Couleur d’accentuation</translation></message>
<message><source>Programs made for aria2</source><translation>Programmes faits pour aria2</translation></message>
<message><source>Who may come in</source><translation>Qui peut entrer</translation></message>
<message><source>Let other programs use Headrace</source><translation>Laisser d’autres programmes utiliser Headrace</translation></message>
<message><source>AriaNg, browser extensions and scripts made for aria2 work with it. They need the token below.</source><translation>AriaNg, les extensions de navigateur et les scripts faits pour aria2 fonctionnent avec lui. Il leur faut le jeton ci-dessous.</translation></message>
<message><source>aria2, RPC, JSON-RPC, WebSocket, remote control, API, server</source><translation>aria2, RPC, JSON-RPC, WebSocket, commande à distance, API, serveur</translation></message>
<message><source>Port</source><translation>Port</translation></message>
<message><source>Most programs look for it at 6800.</source><translation>La plupart des programmes le cherchent à 6800.</translation></message>
<message><source>TCP, address, listen, number</source><translation>TCP, adresse, écoute, numéro</translation></message>
<message><source>Secret token</source><translation>Jeton secret</translation></message>
<message><source>Who does not know it is refused. Only what proves it is kept, so copy it while it is shown.</source><translation>Qui ne le connaît pas est refusé. Seule sa preuve est conservée : copiez-le tant qu’il est affiché.</translation></message>
<message><source>password, key, secret, security</source><translation>mot de passe, clé, secret, sécurité</translation></message>
<message><source>Other computers too</source><translation>D’autres ordinateurs aussi</translation></message>
<message><source>Programs anywhere in the network may ask, unencrypted. Only for a network you trust.</source><translation>Des programmes de tout le réseau peuvent demander, sans chiffrement. Seulement pour un réseau de confiance.</translation></message>
<message><source>network, LAN, remote, listen, security</source><translation>réseau, LAN, distant, écoute, sécurité</translation></message>
<message><source>Names of this computer</source><translation>Noms de cet ordinateur</translation></message>
<message><source>Names by which others may call it, such as nas.lan. Its addresses and localhost always count.</source><translation>Les noms sous lesquels d’autres l’appellent, comme nas.lan. Ses adresses et localhost comptent toujours.</translation></message>
<message><source>host, DNS, rebinding, security</source><translation>hôte, DNS, rebinding, sécurité</translation></message>
<message><source>None</source><translation>Aucun</translation></message>
<message><source>Web pages that may ask</source><translation>Pages web qui peuvent demander</translation></message>
<message><source>Origins such as https://ariang.example or chrome-extension://ID. All other pages are refused.</source><translation>Des origines comme https://ariang.example ou chrome-extension://ID. Toutes les autres pages sont refusées.</translation></message>
<message><source>CORS, origin, browser, extension, AriaNg, security</source><translation>CORS, origine, navigateur, extension, AriaNg, sécurité</translation></message>
<message><source>Folders they may save to</source><translation>Dossiers où ils peuvent enregistrer</translation></message>
<message><source>Whole paths with a semicolon between two. The folder for downloads and all in it always count.</source><translation>Des chemins complets séparés par un point-virgule. Le dossier des téléchargements et tout son contenu comptent toujours.</translation></message>
<message><source>directory, path, target, security</source><translation>répertoire, chemin, cible, sécurité</translation></message>
<message><source>Open it</source><translation>L’ouvrir</translation></message>
<message><source>Extract archives into a folder beside them</source><translation>Extraire les archives dans un dossier à côté</translation></message>
<message><source>Then move the archive to the trash</source><translation>Mettre ensuite l’archive à la corbeille</translation></message>
<message><source>Play a sound</source><translation>Jouer un son</translation></message>
<message><source>Move it to another folder</source><translation>Le déplacer vers un autre dossier</translation></message>
<message><source>The system's sound, or a file</source><translation>Le son du système, ou un fichier</translation></message>
<message><source>File with the sound</source><translation>Fichier du son</translation></message>
<message><source>The folder, in full</source><translation>Le chemin complet du dossier</translation></message>
<message><source>Folder to move to</source><translation>Dossier de destination</translation></message>
<message><source>Write the folder in full.</source><translation>Indiquez le chemin complet du dossier.</translation></message>
<message><source>Write the file in full.</source><translation>Indiquez le chemin complet du fichier.</translation></message>
<message><source>When something happens</source><translation>Quand quelque chose se passe</translation></message>
<message><source>Lists that are laid down</source><translation>Listes déposées</translation></message>
<message><source>Watched folder</source><translation>Dossier surveillé</translation></message>
<message><source>Texts with addresses, Metalinks and lists that are saved there are added, and then renamed.</source><translation>Les textes avec des adresses, les Metalinks et les listes enregistrés là sont ajoutés, puis renommés.</translation></message>
<message><source>watch, directory, folder, inbox, NAS, import</source><translation>surveiller, répertoire, dossier, entrée, NAS, importer</translation></message>
<message><source>Command after each download</source><translation>Commande après chaque téléchargement</translation></message>
<message><source>A program and its arguments, without a shell. {path} stands for the file, {folder} for its folder.</source><translation>Un programme et ses arguments, sans shell. {path} désigne le fichier, {folder} son dossier.</translation></message>
<message><source>run, execute, script, hook, event, finished, post-processing</source><translation>exécuter, lancer, script, hook, événement, terminé, post-traitement</translation></message>
<message><source>Command after a failure</source><translation>Commande après un échec</translation></message>
<message><source>Run when a download has failed and waits for you.</source><translation>Exécutée quand un téléchargement a échoué et vous attend.</translation></message>
<message><source>run, execute, script, hook, event, error</source><translation>exécuter, lancer, script, hook, événement, erreur</translation></message>
<message><source>Command when all is done</source><translation>Commande quand tout est fini</translation></message>
<message><source>Run when nothing is left to be done, for example to suspend the computer.</source><translation>Exécutée quand il ne reste rien à faire, par exemple pour mettre l’ordinateur en veille.</translation></message>
<message><source>run, execute, script, hook, event, idle, shut down, suspend, sleep</source><translation>exécuter, lancer, script, hook, événement, inactif, éteindre, veille</translation></message>
<message><source>Webhook</source><translation>Webhook</translation></message>
<message><source>What happens is sent to this address as JSON by POST, again where that fails.</source><translation>Ce qui se passe est envoyé à cette adresse en JSON par POST, de nouveau en cas d’échec.</translation></message>
<message><source>HTTP, POST, JSON, event, notify, address, URL, server</source><translation>HTTP, POST, JSON, événement, avertir, adresse, URL, serveur</translation></message>
<message><source>Write a speed from {low} to {high}.</source><translation>Indiquez une vitesse entre {low} et {high}.</translation></message>
<message><source>Write a number of seconds from {low} to {high}.</source><translation>Indiquez un nombre de secondes entre {low} et {high}.</translation></message>
<message><source>Write a whole number from {low} to {high}.</source><translation>Indiquez un nombre entier entre {low} et {high}.</translation></message>
<message><source>Quiet</source><translation>Silencieux</translation></message>
<message><source>Others on the line</source><translation>Les autres sur la ligne</translation></message>
<message><source>Data budget</source><translation>Forfait de données</translation></message>
<message><source>Metered networks</source><translation>Réseaux limités</translation></message>
<message><source>Quiet now</source><translation>Silencieux maintenant</translation></message>
<message><source>The quiet limit is in force, until you or the quiet hours end it.</source><translation>La limite silencieuse s’applique jusqu’à ce que vous ou les heures silencieuses y mettiez fin.</translation></message>
<message><source>turtle, slow, alternative, profile, turbo, polite</source><translation>tortue, lent, alternatif, profil, poli, discret</translation></message>
<message><source>Quiet limit</source><translation>Limite silencieuse</translation></message>
<message><source>All downloads together are held to this while it is quiet.</source><translation>Tous les téléchargements ensemble restent en dessous pendant le silence.</translation></message>
<message><source>bandwidth, throttle, rate, slow down</source><translation>bande passante, débit, brider, ralentir</translation></message>
<message><source>Quiet hours</source><translation>Heures silencieuses</translation></message>
<message><source>When they begin it gets quiet by itself, and when they end it no longer is. Drag to mark them.</source><translation>Quand elles commencent, le silence se fait de lui-même ; quand elles finissent, il cesse. Faites glisser pour les marquer.</translation></message>
<message><source>schedule, scheduler, time, day, week, night, plan</source><translation>horaire, planification, planificateur, heure, jour, semaine, nuit</translation></message>
<message><source>Never by itself</source><translation>Jamais de lui-même</translation></message>
<message><source>Leave others room</source><translation>Laisser de la place aux autres</translation></message>
<message><source>While others use the line, downloads step back. Headrace notices it by answers that take longer, and asks the servers it fetches from once a second, less often while the line is calm.</source><translation>Pendant que d’autres utilisent la ligne, les téléchargements s’effacent. Headrace le remarque aux réponses plus lentes, et interroge une fois par seconde les serveurs dont il télécharge, moins souvent tant que la ligne est calme.</translation></message>
<message><source>latency, ping, bufferbloat, polite, family, games, calls, LEDBAT, share</source><translation>latence, ping, bufferbloat, poli, famille, jeux, appels, LEDBAT, partage</translation></message>
<message><source>How much may come</source><translation>Combien peut arriver</translation></message>
<message><source>When so much has come, downloads wait for the next period, or for a network that does not count. Days and weeks begin at midnight, weeks on Monday.</source><translation>Quand autant est arrivé, les téléchargements attendent la période suivante, ou un réseau qui ne compte pas. Les jours et les semaines commencent à minuit, les semaines le lundi.</translation></message>
<message><source>quota, cap, volume, allowance, contract, data, traffic, month, week, day, billing, Wi-Fi, mobile, roaming</source><translation>quota, plafond, volume, forfait, contrat, données, trafic, mois, semaine, jour, facturation, Wi-Fi, mobile, itinérance</translation></message>
<message><source>Wait in metered networks</source><translation>Attendre sur les réseaux limités</translation></message>
<message><source>Where the system says that a network counts bytes, as that of a phone, downloads wait for another one.</source><translation>Quand le système indique qu’un réseau compte les données, comme celui d’un téléphone, les téléchargements en attendent un autre.</translation></message>
<message><source>mobile, phone, cellular, hotspot, tethering, roaming, data, volume</source><translation>mobile, téléphone, cellulaire, partage de connexion, itinérance, données, volume, forfait</translation></message>
<message><source>{button}: {setting}</source><translation>{button} : {setting}</translation></message>
<message><source>When all downloads are done</source><translation>Quand tous les téléchargements sont terminés</translation></message>
<message><source>When a file is there</source><translation>Quand un fichier est là</translation></message>
<message><source>It is done to each file; a download's properties may say otherwise.</source><translation>Cela vaut pour chaque fichier ; les propriétés d’un téléchargement peuvent en décider autrement.</translation></message>
<message><source>finished, extract, unpack, unzip, archive, zip, 7z, tar, open, sound, move, folder</source><translation>terminé, extraire, décompresser, archive, zip, 7z, tar, ouvrir, son, déplacer, dossier</translation></message>
<message><source>Then, each time</source><translation>Ensuite, à chaque fois</translation></message>
<message><source>You are warned a minute before, and can stop it. For one time, choose it in the menu File.</source><translation>Vous êtes averti une minute avant et pouvez l’arrêter. Pour une seule fois, choisissez-le dans le menu Fichier.</translation></message>
<message><source>shut down, power off, suspend, standby, sleep, hibernate, log out, quit, idle</source><translation>éteindre, arrêter, veille, suspendre, veille prolongée, hiberner, fermer la session, quitter, inactif</translation></message>
<message><source>Do nothing</source><translation>Ne rien faire</translation></message>
<message><source>Sleep</source><translation>Mettre en veille</translation></message>
<message><source>Hibernate</source><translation>Mettre en veille prolongée</translation></message>
<message><source>Shut down</source><translation>Éteindre</translation></message>
<message><source>Restart</source><translation>Redémarrer</translation></message>
<message><source>Log out</source><translation>Fermer la session</translation></message>
<message><source>Quit Headrace</source><translation>Quitter Headrace</translation></message>
<message><source>Saving</source><translation>Enregistrement</translation></message>
<message><source>Adding</source><translation>Ajout</translation></message>
<message><source>Checking</source><translation>Vérification</translation></message>
<message><source>History</source><translation>Historique</translation></message>
<message><source>At the same time</source><translation>En parallèle</translation></message>
<message><source>Patience</source><translation>Délais</translation></message>
<message><source>Folder for downloads</source><translation>Dossier des téléchargements</translation></message>
<message><source>New downloads go here unless you choose another folder when you add them.</source><translation>Les nouveaux téléchargements vont ici, sauf si vous choisissez un autre dossier à l’ajout.</translation></message>
<message><source>directory, path, location, save to, destination</source><translation>répertoire, chemin, emplacement, enregistrer dans, destination</translation></message>
<message><source>Downloads at once</source><translation>Téléchargements simultanés</translation></message>
<message><source>So many run side by side; the others wait in line.</source><translation>Ce nombre au plus à la fois ; les autres attendent leur tour.</translation></message>
<message><source>parallel, simultaneous, concurrent, maximum</source><translation>parallèle, en même temps, concurrents, nombre, maximum</translation></message>
<message><source>Watch the clipboard</source><translation>Surveiller le presse-papiers</translation></message>
<message><source>When you copy the address of a file, Headrace offers to download it.</source><translation>Quand vous copiez l’adresse d’un fichier, Headrace propose de le télécharger.</translation></message>
<message><source>copy, paste, monitor, link</source><translation>copier, coller, surveillance, lien</translation></message>
<message><source>Ask servers before adding</source><translation>Interroger les serveurs avant l’ajout</translation></message>
<message><source>The add dialog shows name and size of each file. Switch it off if your links work only once.</source><translation>La fenêtre d’ajout affiche le nom et la taille de chaque fichier. À désactiver si vos liens ne fonctionnent qu’une fois.</translation></message>
<message><source>probe, size, check, one-time link, preview</source><translation>sonder, taille, vérifier, lien à usage unique, aperçu</translation></message>
<message><source>Add without asking</source><translation>Ajouter sans demander</translation></message>
<message><source>Pasted and dropped addresses go straight into the list, without a dialog.</source><translation>Les adresses collées ou déposées vont directement dans la liste, sans boîte de dialogue.</translation></message>
<message><source>silent, dialog, confirm, prompt</source><translation>silencieux, dialogue, confirmer, confirmation</translation></message>
<message><source>Add paused</source><translation>Ajouter en pause</translation></message>
<message><source>The main button of the add dialog adds downloads without starting them.</source><translation>Le bouton principal de la fenêtre d’ajout ajoute les téléchargements sans les démarrer.</translation></message>
<message><source>start later, stopped</source><translation>démarrer plus tard, arrêté</translation></message>
<message><source>Look for checksums</source><translation>Chercher les sommes de contrôle</translation></message>
<message><source>For large files, the server is asked for a checksum file, and the download is checked by it.</source><translation>Pour les gros fichiers, un fichier de sommes de contrôle est demandé au serveur et sert à vérifier le téléchargement.</translation></message>
<message><source>verify, hash, SHA-256, SHA256SUMS, integrity</source><translation>vérifier, hachage, empreinte, SHA-256, SHA256SUMS, intégrité</translation></message>
<message><source>Mark files as downloaded</source><translation>Marquer les fichiers comme téléchargés</translation></message>
<message><source>Files carry where they came from, so that the system can warn before it runs one.</source><translation>Les fichiers portent leur provenance, pour que le système puisse avertir avant d’en lancer un.</translation></message>
<message><source>origin, quarantine, zone, security, warning</source><translation>origine, provenance, quarantaine, zone, sécurité, avertissement</translation></message>
<message><source>Remember ended downloads</source><translation>Mémoriser les téléchargements finis</translation></message>
<message><source>The history keeps them after they left the list. What is older goes at the next start.</source><translation>L’historique les garde quand ils ont quitté la liste. Ce qui est plus ancien disparaît au prochain démarrage.</translation></message>
<message><source>history, privacy, archive, days, forget</source><translation>historique, vie privée, archive, jours, oublier</translation></message>
<message><source>For ever</source><translation>Pour toujours</translation></message>
<message><source>For a year</source><translation>Pendant un an</translation></message>
<message><source>For 90 days</source><translation>Pendant 90 jours</translation></message>
<message><source>For 30 days</source><translation>Pendant 30 jours</translation></message>
<message><source>For a week</source><translation>Pendant une semaine</translation></message>
<message><source>Not at all</source><translation>Pas du tout</translation></message>
<message><source>Connections per download</source><translation>Connexions par téléchargement</translation></message>
<message><source>At most so many. More are only opened while they make the download faster.</source><translation>Nombre maximal. Elles ne s’ajoutent que tant qu’elles accélèrent le téléchargement.</translation></message>
<message><source>threads, segments, parts, parallel, maximum</source><translation>threads, segments, parties, parallèle, maximum</translation></message>
<message><source>Connections per server</source><translation>Connexions par serveur</translation></message>
<message><source>At most so many to one server, all downloads together.</source><translation>Nombre maximal vers un même serveur, tous téléchargements réunis.</translation></message>
<message><source>host, parallel, maximum</source><translation>hôte, parallèle, maximum</translation></message>
<message><source>Wait for a server</source><translation>Attente d’un serveur</translation></message>
<message><source>A server that has not answered by then is tried again later.</source><translation>Un serveur qui n’a pas répondu dans ce délai est réessayé plus tard.</translation></message>
<message><source>timeout, connect, seconds</source><translation>délai, expiration, connexion, secondes, timeout</translation></message>
<message><source>Wait for data</source><translation>Attente de données</translation></message>
<message><source>A connection on which nothing has come for so long is opened anew.</source><translation>Une connexion qui n’a rien reçu pendant ce temps est rouverte.</translation></message>
<message><source>timeout, idle, stalled, seconds</source><translation>délai, expiration, inactif, bloqué, secondes, timeout</translation></message>
<message><source>Give up slow connections</source><translation>Abandonner les connexions lentes</translation></message>
<message><source>A connection that was slower than this for a minute is opened anew.</source><translation>Une connexion restée sous cette vitesse pendant une minute est rouverte.</translation></message>
<message><source>minimum speed, stalled, timeout</source><translation>vitesse minimale, bloqué, délai, expiration</translation></message>
<message><source>Never</source><translation>Jamais</translation></message>
<message><source>Tries</source><translation>Tentatives</translation></message>
<message><source>A download fails after so many tries in a row that brought nothing new.</source><translation>Un téléchargement échoue après ce nombre de tentatives de suite sans rien de nouveau.</translation></message>
<message><source>retry, attempts, again, repeat</source><translation>réessayer, essais, nouveau, répéter</translation></message>
<message><source>Speed limit</source><translation>Limite de vitesse</translation></message>
<message><source>All downloads together are held to this, so that some of your line stays free.</source><translation>Tous les téléchargements réunis s’y tiennent, pour garder libre une partie de votre connexion.</translation></message>
<message><source>bandwidth, throttle, rate, slow down, maximum</source><translation>bande passante, débit, brider, ralentir, maximum</translation></message>
<message><source>No limit</source><translation>Pas de limite</translation></message>
<message><source>Your queues</source><translation>Vos files d’attente</translation></message>
<message><source>Lines of their own for downloads that belong together. One that is held starts nothing new until you let it go on.</source><translation>Des files à part pour les téléchargements qui vont ensemble. Une file suspendue ne démarre rien de nouveau tant que vous ne la relancez pas.</translation></message>
<message><source>line, hold, group, list, pause, schedule, hours, night</source><translation>file, suspendre, groupe, liste, pause, horaire, heures, nuit</translation></message>
<message><source>Where downloads go</source><translation>Où vont les téléchargements</translation></message>
<message><source>The first rule that holds decides, unless you choose a folder yourself. In folders and names there may be fields in braces, such as {host}, {name}, {category} or {date:%Y-%m}.</source><translation>La première règle qui s’applique décide, sauf si vous choisissez vous-même un dossier. Les dossiers et les noms peuvent contenir des champs entre accolades, comme {host}, {name}, {category} ou {date:%Y-%m}.</translation></message>
<message><source>folder, sort, category, template, organise, directory</source><translation>dossier, ranger, trier, catégorie, modèle, organiser, répertoire</translation></message>
<message><source>Categories</source><translation>Catégories</translation></message>
<message><source>What the list sorts files by: their endings, or the type the server tells. Files of a category go to its folder where no rule sends them elsewhere. Removing one changes no file.</source><translation>Ce d’après quoi la liste classe les fichiers : leurs extensions, ou le type annoncé par le serveur. Les fichiers d’une catégorie vont dans son dossier si aucune règle ne les envoie ailleurs. Supprimer une catégorie ne change aucun fichier.</translation></message>
<message><source>type, kind, extension, ending, own, group, icon, folder</source><translation>type, genre, extension, personnel, groupe, icône, dossier</translation></message>
<message><source>Where Headrace keeps things</source><translation>Où Headrace range ses données</translation></message>
<message><source>All settings</source><translation>Tous les paramètres</translation></message>
<message><source>Profile folder</source><translation>Dossier de profil</translation></message>
<message><source>Settings and the list of downloads are kept in this folder.</source><translation>Les paramètres et la liste des téléchargements sont conservés dans ce dossier.</translation></message>
<message><source>database, backup, path, configuration</source><translation>base de données, sauvegarde, chemin, configuration</translation></message>
<message><source>Open</source><translation>Ouvrir</translation></message>
<message><source>Log file</source><translation>Fichier journal</translation></message>
<message><source>What the program did is written down here, to look into when something goes wrong.</source><translation>Ce que le programme a fait y est consigné, à consulter en cas de problème.</translation></message>
<message><source>problem, report, debug, diagnosis</source><translation>problème, rapport, débogage, diagnostic, log</translation></message>
<message><source>All settings are saved as one file, to keep or to take to another computer.</source><translation>Tous les paramètres sont enregistrés dans un seul fichier, à garder ou à emporter sur un autre ordinateur.</translation></message>
<message><source>backup, save, transfer, JSON</source><translation>sauvegarde, enregistrer, transfert, JSON</translation></message>
<message><source>Export…</source><translation>Exporter…</translation></message>
<message><source>Settings are taken from such a file. You can undo it.</source><translation>Les paramètres sont repris d’un tel fichier. Vous pouvez annuler ensuite.</translation></message>
<message><source>restore, load, transfer, JSON</source><translation>restaurer, charger, transfert, JSON</translation></message>
<message><source>Import…</source><translation>Importer…</translation></message>
<message><source>Reset all settings</source><translation>Réinitialiser tous les paramètres</translation></message>
<message><source>Every setting goes back to its default. Downloads stay as they are. You can undo it.</source><translation>Chaque paramètre retrouve sa valeur par défaut. Les téléchargements ne changent pas. Vous pouvez annuler ensuite.</translation></message>
<message><source>default, original, begin anew</source><translation>défaut, origine, recommencer</translation></message>
<message><source>Reset all</source><translation>Tout réinitialiser</translation></message>
<message><source>General</source><translation>Général</translation></message>
<message><source>Downloads</source><translation>Téléchargements</translation></message>
<message><source>Connections</source><translation>Connexions</translation></message>
<message><source>Speed</source><translation>Vitesse</translation></message>
<message><source>Queues</source><translation>Files d’attente</translation></message>
<message><source>Rules</source><translation>Règles</translation></message>
<message><source>Other programs</source><translation>Autres programmes</translation></message>
<message><source>Appearance</source><translation>Apparence</translation></message>
<message><source>Notifications and power</source><translation>Notifications et énergie</translation></message>
<message><source>Advanced</source><translation>Avancé</translation></message>
<message><source>Show hosts…</source><translation>Afficher les hôtes…</translation></message>
<message numerus="yes"><source>%Ln rule(s)</source><translation><numerusform>%Ln règle</numerusform><numerusform>%Ln règles</numerusform></translation></message>
<message><source>At these hours</source><translation>À ces heures</translation></message>
<message><source>These are too many different hours. Mark longer ones.</source><translation>Ce sont trop d’heures différentes. Marquez-en de plus longues.</translation></message>
<message><source>Way out</source><translation>Voie de sortie</translation></message>
<message><source>Trust</source><translation>Confiance</translation></message>
<message><source>Logins</source><translation>Identifications</translation></message>
<message><source>Single servers</source><translation>Serveurs particuliers</translation></message>
<message><source>Proxy</source><translation>Proxy</translation></message>
<message><source>Reach servers</source><translation>Atteindre les serveurs</translation></message>
<message><source>Proxies speak HTTP, HTTPS, SOCKS4 or SOCKS5; socks5h:// and socks4a:// look names up themselves. A password is never saved with the settings.</source><translation>Les proxys parlent HTTP, HTTPS, SOCKS4 ou SOCKS5 ; avec socks5h:// et socks4a://, ils résolvent eux-mêmes les noms. Un mot de passe n’est jamais enregistré avec les réglages.</translation></message>
<message><source>proxy, SOCKS, SOCKS5, tunnel, PAC, company, Tor, VPN, network</source><translation>proxy, mandataire, SOCKS, SOCKS5, tunnel, PAC, entreprise, Tor, VPN, réseau</translation></message>
<message><source>Not by the proxy</source><translation>Sans le proxy</translation></message>
<message><source>Servers that are reached directly: names with all below them, networks such as 10.0.0.0/8, &lt;local&gt; for names without a dot.</source><translation>Serveurs atteints directement : noms et tout ce qui est en dessous, réseaux comme 10.0.0.0/8, &lt;local&gt; pour les noms sans point.</translation></message>
<message><source>exception, bypass, intranet, local, no proxy</source><translation>exception, contourner, intranet, local, sans proxy</translation></message>
<message><source>Hosts</source><translation>Serveurs</translation></message>
<message><source>Connections, speed, pauses, user agent, referrer, headers and proxy of single servers, and what was learnt of them.</source><translation>Connexions, vitesse, pauses, agent utilisateur, référent, en-têtes et proxy de chaque serveur, et ce qui en a été appris.</translation></message>
<message><source>rule, server, site, domain, user agent, referer, header, limit, polite, retry, memory</source><translation>règle, serveur, site, domaine, agent utilisateur, référent, en-tête, limite, poli, Retry-After, mémoire</translation></message>
<message><source>Only by this network</source><translation>Seulement par ce réseau</translation></message>
<message><source>An address or an interface of this computer, such as tun0 of a VPN. While it is gone, downloads wait. Names are still looked up as the system does.</source><translation>Une adresse ou une interface de cet ordinateur, comme tun0 d’un VPN. Tant qu’elle manque, les téléchargements attendent. Les noms sont toujours résolus comme le fait le système.</translation></message>
<message><source>VPN, bind, interface, network card, adapter, source address, kill switch</source><translation>VPN, lier, interface, carte réseau, adaptateur, adresse source, coupe-circuit</translation></message>
<message><source>Any</source><translation>N’importe lequel</translation></message>
<message><source>Version of IP</source><translation>Version d’IP</translation></message>
<message><source>Which addresses of servers are connected to.</source><translation>Les adresses de serveurs auxquelles on se connecte.</translation></message>
<message><source>IPv4, IPv6, address, protocol</source><translation>IPv4, IPv6, adresse, protocole</translation></message>
<message><source>Both</source><translation>Les deux</translation></message>
<message><source>IPv4 only</source><translation>IPv4 seulement</translation></message>
<message><source>IPv6 only</source><translation>IPv6 seulement</translation></message>
<message><source>Further certificates</source><translation>Autres certificats</translation></message>
<message><source>A PEM file with authorities that secure servers are trusted by, such as your company's.</source><translation>Un fichier PEM d’autorités auxquelles se fier pour les serveurs sécurisés, comme celles de votre entreprise.</translation></message>
<message><source>TLS, SSL, https, CA, authority, security</source><translation>TLS, SSL, https, AC, CA, autorité, sécurité</translation></message>
<message><source>None besides the system's</source><translation>Aucun en plus de ceux du système</translation></message>
<message><source>Oldest version of TLS</source><translation>Plus ancienne version de TLS</translation></message>
<message><source>Servers that speak older ones alone are not connected to.</source><translation>Aucune connexion aux serveurs qui n’en parlent que de plus anciennes.</translation></message>
<message><source>SSL, https, security, encryption, protocol</source><translation>SSL, https, sécurité, chiffrement, protocole</translation></message>
<message><source>TLS 1.2</source><translation>TLS 1.2</translation></message>
<message><source>TLS 1.3</source><translation>TLS 1.3</translation></message>
<message><source>Trusted in spite of faults</source><translation>Approuvés malgré leurs défauts</translation></message>
<message><source>Written as example.org=SHA-256 of its certificate, or sftp://example.org=SHA256:… of its host key; what you trust in a download's dialog is here, too. Delete an entry to trust it no more.</source><translation>Écrits example.org=SHA-256 du certificat, ou sftp://example.org=SHA256:… de la clé d’hôte ; ce que vous approuvez dans le dialogue d’un téléchargement est aussi ici. Supprimez une entrée pour ne plus l’approuver.</translation></message>
<message><source>exception, self-signed, fingerprint, pin, certificate, security</source><translation>exception, auto-signé, empreinte, certificat, sécurité</translation></message>
<message><source>Your own certificates</source><translation>Vos propres certificats</translation></message>
<message><source>Shown to one server each: example.org=/whole/path.pem, a file with certificate and key.</source><translation>Montrés à un seul serveur chacun : example.org=/chemin/entier.pem, un fichier avec certificat et clé.</translation></message>
<message><source>client certificate, key, PEM, mutual TLS, authentication</source><translation>certificat client, clé, PEM, TLS mutuel, authentification</translation></message>
<message><source>Cookies</source><translation>Cookies</translation></message>
<message><source>A cookies.txt, as browsers' add-ons export it; each cookie goes to the site it belongs to.</source><translation>Un cookies.txt, tel que l’exportent les extensions des navigateurs ; chaque cookie va au site auquel il appartient.</translation></message>
<message><source>cookies.txt, Netscape, session, members, sign in</source><translation>cookies.txt, Netscape, session, membres, connexion</translation></message>
<message><source>Read logins from .netrc</source><translation>Lire les identifications dans .netrc</translation></message>
<message><source>Servers that ask for a login get the one that the file has for them.</source><translation>Les serveurs qui en demandent une reçoivent celle que le fichier a pour eux.</translation></message>
<message><source>password, user, curl, authentication</source><translation>mot de passe, utilisateur, curl, authentification</translation></message>
<message><source>Forget logins</source><translation>Oublier les identifications</translation></message>
<message><source>Those you gave, and those the system's keyring keeps for Headrace.</source><translation>Celles que vous avez données, et celles que le trousseau du système garde pour Headrace.</translation></message>
<message><source>password, keyring, delete, sign out</source><translation>mot de passe, trousseau, supprimer, déconnexion</translation></message>
<message><source>Forget all</source><translation>Tout oublier</translation></message>
<message><source>Undo</source><translation>Annuler</translation></message>
<message><source>Less: {setting}</source><translation>Moins : {setting}</translation></message>
<message><source>More: {setting}</source><translation>Plus : {setting}</translation></message>
<message><source>s</source><comment>seconds, behind a number</comment><translation>s</translation></message>
<message><source>MB/s</source><translation>Mo/s</translation></message>
<message><source>kB/s</source><translation>ko/s</translation></message>
<message><source>Pages of settings</source><translation>Pages des paramètres</translation></message>
<message><source>Reset this page</source><translation>Réinitialiser cette page</translation></message>
<message><source>This page is back to its defaults.</source><translation>Cette page a retrouvé ses valeurs par défaut.</translation></message>
<message><source>All of this page had its default already.</source><translation>Toute cette page avait déjà ses valeurs par défaut.</translation></message>
<message><source>No setting is about “{words}”.</source><translation>Aucun paramètre ne concerne « {words} ».</translation></message>
<message><source>Write the whole path, from the root of the disk on.</source><translation>Indiquez le chemin complet, depuis la racine du disque.</translation></message>
<message><source>Browse…</source><translation>Parcourir…</translation></message>
<message><source>Browse: {setting}</source><translation>Parcourir : {setting}</translation></message>
<message><source>Choose a certificate file</source><translation>Choisir un fichier de certificats</translation></message>
<message><source>Certificates</source><translation>Certificats</translation></message>
<message><source>There is no such file.</source><translation>Ce fichier n’existe pas.</translation></message>
<message><source>There are no certificates in this file that can be used.</source><translation>Ce fichier ne contient aucun certificat utilisable.</translation></message>
<message><source>This file cannot be read.</source><translation>Ce fichier ne peut pas être lu.</translation></message>
<message><source>As the system does</source><translation>Comme le système</translation></message>
<message><source>Directly</source><translation>Directement</translation></message>
<message><source>As the environment says</source><translation>Comme le dit l’environnement</translation></message>
<message><source>By this proxy:</source><translation>Par ce proxy :</translation></message>
<message><source>Address of the proxy</source><translation>Adresse du proxy</translation></message>
<message><source>Write it as http://proxy.example:3128 or socks5h://name:password@127.0.0.1:1080.</source><translation>Écrivez-la sous la forme http://proxy.example:3128 ou socks5h://name:password@127.0.0.1:1080.</translation></message>
<message><source>Write a name for the queue.</source><translation>Donnez un nom à la file d’attente.</translation></message>
<message><source>There is a queue of this name already.</source><translation>Une file d’attente porte déjà ce nom.</translation></message>
<message><source>A name has at most {count} characters, all of them visible.</source><translation>Un nom compte {count} caractères au plus, tous visibles.</translation></message>
<message><source>Starts downloads</source><translation>Démarre les téléchargements</translation></message>
<message><source>Held</source><translation>Suspendue</translation></message>
<message><source>Name of the queue {name}</source><translation>Nom de la file d’attente {name}</translation></message>
<message><source>{name}: starts downloads</source><translation>{name} : démarre les téléchargements</translation></message>
<message><source>Options of the queue {name}</source><translation>Options de la file {name}</translation></message>
<message><source>Remove the queue {name}</source><translation>Supprimer la file d’attente {name}</translation></message>
<message><source>Name of a new queue</source><translation>Nom de la nouvelle file</translation></message>
<message><source>Add queue</source><translation>Ajouter une file</translation></message>
<message><source>The queue {name} is removed. Its downloads are in the main queue now.</source><translation>La file d’attente {name} est supprimée. Ses téléchargements sont maintenant dans la file principale.</translation></message>
<message><source>Only while “{setting}” is on.</source><translation>Seulement si « {setting} » est activé.</translation></message>
<message><source>Back to the default</source><translation>Rétablir la valeur par défaut</translation></message>
<message><source>{setting}: back to the default</source><translation>{setting} : rétablir la valeur par défaut</translation></message>
<message><source>Light</source><translation>Clair</translation></message>
<message><source>Dark</source><translation>Sombre</translation></message>
<message><source>There is none yet</source><translation>Il n’y en a pas encore</translation></message>
<message><source>New token</source><translation>Nouveau jeton</translation></message>
<message><source>Copy</source><translation>Copier</translation></message>
<message><source>Other…</source><translation>Autre…</translation></message>
<message><source>The desktop did not allow it.</source><translation>Le système ne l’a pas permis.</translation></message>
<message><source>Starting and closing</source><translation>Démarrage et fermeture</translation></message>
<message><source>Colours</source><translation>Couleurs</translation></message>
<message><source>List and figures</source><translation>Liste et unités</translation></message>
<message><source>Motion</source><translation>Animations</translation></message>
<message><source>Tray</source><translation>Zone de notification</translation></message>
<message><source>Notifications</source><translation>Notifications</translation></message>
<message><source>Power</source><translation>Énergie</translation></message>
<message><source>Language</source><translation>Langue</translation></message>
<message><source>All texts change at once, and numbers and dates are written in its manner.</source><translation>Tous les textes changent aussitôt ; les nombres et les dates suivent ses usages.</translation></message>
<message><source>translation, locale, English</source><translation>traduction, régional, locale, anglais, English</translation></message>
<message><source>Start with the computer</source><translation>Démarrer avec l’ordinateur</translation></message>
<message><source>Headrace starts by itself when you log in.</source><translation>Headrace démarre tout seul à l’ouverture de votre session.</translation></message>
<message><source>autostart, session, login, boot, launch</source><translation>démarrage automatique, session, ouverture, lancement, autostart</translation></message>
<message><source>Start hidden</source><translation>Démarrer masqué</translation></message>
<message><source>Only the tray icon is there after a start; click it to see the window.</source><translation>Seule l’icône de notification apparaît au démarrage ; cliquez dessus pour voir la fenêtre.</translation></message>
<message><source>minimised, background, tray</source><translation>réduit, minimisé, arrière-plan, zone de notification</translation></message>
<message><source>Continue where you left off</source><translation>Reprendre où vous en étiez</translation></message>
<message><source>Downloads that ran when you quit run again at the next start. Else they wait paused.</source><translation>Les téléchargements en cours quand vous quittez repartent au prochain démarrage. Sinon, ils attendent en pause.</translation></message>
<message><source>resume at start, restart</source><translation>reprise au démarrage, redémarrer</translation></message>
<message><source>Closing the window</source><translation>Fermeture de la fenêtre</translation></message>
<message><source>In the tray, downloads go on without a window.</source><translation>Dans la zone de notification, les téléchargements continuent sans fenêtre.</translation></message>
<message><source>exit, minimise, background</source><translation>quitter, réduire, arrière-plan</translation></message>
<message><source>Quits Headrace</source><translation>Quitter Headrace</translation></message>
<message><source>Keeps it in the tray</source><translation>Réduire dans la zone de notification</translation></message>
<message><source>Light or dark</source><translation>Clair ou sombre</translation></message>
<message><source>The window can follow the system, or be always the same.</source><translation>La fenêtre peut suivre le système ou garder toujours la même apparence.</translation></message>
<message><source>theme, night mode, dark mode, colour scheme</source><translation>thème, mode nuit, mode sombre, jeu de couleurs</translation></message>
<message><source>Buttons, progress and what is chosen have this colour.</source><translation>Les boutons, la progression et la sélection prennent cette couleur.</translation></message>
<message><source>theme, highlight, tint</source><translation>thème, surbrillance, teinte</translation></message>
<message><source>One-line rows</source><translation>Affichage compact</translation></message>
<message><source>More downloads fit into the window; what each is doing is told in fewer words.</source><translation>Plus de téléchargements tiennent dans la fenêtre ; leur activité est décrite en moins de mots.</translation></message>
<message><source>compact, dense, row height</source><translation>dense, une ligne, hauteur des lignes</translation></message>
<message><source>Binary units</source><translation>Unités binaires</translation></message>
<message><source>Sizes are written in KiB, MiB and GiB (1,024 at a time) instead of kB, MB and GB.</source><translation>Les tailles sont écrites en Kio, Mio et Gio (par 1 024) au lieu de ko, Mo et Go.</translation></message>
<message><source>megabyte, mebibyte, 1000, 1024</source><translation>mégaoctet, mébioctet, 1000, 1024</translation></message>
<message><source>Things slide and fade for a moment. Reduced, they change at once.</source><translation>Les éléments glissent et se fondent un instant. Avec des animations réduites, ils changent d’un coup.</translation></message>
<message><source>animation, effects, accessibility</source><translation>mouvement, effets, transitions, accessibilité</translation></message>
<message><source>Full</source><translation>Complètes</translation></message>
<message><source>Reduced</source><translation>Réduites</translation></message>
<message><source>Tray icon</source><translation>Icône de notification</translation></message>
<message><source>An icon in the system tray shows progress and offers what you need most.</source><translation>Une icône dans la zone de notification montre la progression et propose l’essentiel.</translation></message>
<message><source>system tray, status icon, background</source><translation>zone de notification, barre système, icône d’état, arrière-plan</translation></message>
<message><source>When a download has finished</source><translation>Quand un téléchargement est terminé</translation></message>
<message><source>A notification offers to open the file or its folder.</source><translation>Une notification propose d’ouvrir le fichier ou son dossier.</translation></message>
<message><source>message, alert, bubble, done</source><translation>message, alerte, bulle, fini</translation></message>
<message><source>When a download has failed</source><translation>Quand un téléchargement a échoué</translation></message>
<message><source>A notification says why, and offers to try again.</source><translation>Une notification dit pourquoi et propose de réessayer.</translation></message>
<message><source>message, alert, bubble, error</source><translation>message, alerte, bulle, erreur</translation></message>
<message><source>Keep the computer awake</source><translation>Empêcher la mise en veille</translation></message>
<message><source>The computer does not go to sleep by itself while something is downloading.</source><translation>L’ordinateur ne se met pas en veille de lui-même pendant un téléchargement.</translation></message>
<message><source>sleep, suspend, standby, energy, battery</source><translation>veille, suspension, hibernation, énergie, batterie</translation></message>
<message><source>“{part}” is no origin. Write it as https://example.org, without a path.</source><translation>« {part} » n’est pas une origine. Écrivez-la comme https://example.org, sans chemin.</translation></message>
<message><source>“{part}” is no name of a computer. Write it without http:// and port.</source><translation>« {part} » n’est pas un nom d’ordinateur. Écrivez-le sans http:// ni port.</translation></message>
<message><source>“{part}” is no name of a server and no network such as 10.0.0.0/8.</source><translation>« {part} » n’est ni un nom de serveur ni un réseau comme 10.0.0.0/8.</translation></message>
<message><source>Write an address of this computer, or an interface such as tun0.</source><translation>Écrivez une adresse de cet ordinateur, ou une interface comme tun0.</translation></message>
<message><source>“{part}” is not written as example.org=64 digits from 0 to f.</source><translation>« {part} » n’est pas écrit example.org=64 chiffres de 0 à f.</translation></message>
<message><source>“{part}” is not written as example.org=/whole/path.pem.</source><translation>« {part} » n’est pas écrit example.org=/chemin/entier.pem.</translation></message>
<message><source>A quotation mark is open.</source><translation>Un guillemet est ouvert.</translation></message>
<message><source>Begin with a program.</source><translation>Commencez par un programme.</translation></message>
<message><source>In braces there may only be {facts}.</source><translation>Entre accolades, seulement {facts}.</translation></message>
<message><source>Write an address that begins with https:// or http://.</source><translation>Écrivez une adresse qui commence par https:// ou http://.</translation></message>
</context>
<context>
<name>Shortcuts</name>
<message><source>Go to the next part of the window</source><translation>Aller à la partie suivante de la fenêtre</translation></message>
<message><source>Show the menu bar</source><translation>Afficher la barre de menus</translation></message>
<message><source>Leave the search, or close a dialog</source><translation>Quitter la recherche ou fermer une boîte de dialogue</translation></message>
<message><source>Show what can be done with the chosen rows</source><translation>Afficher les actions possibles sur les lignes sélectionnées</translation></message>
<message><source>Keyboard shortcuts</source><translation>Raccourcis clavier</translation></message>
<message><source>Everywhere</source><translation>Partout</translation></message>
</context>
<context>
<name>Sort</name>
<message><source>Sort by the rules</source><translation>Ranger selon les règles</translation></message>
<message><source>Files move to where the rules want them. Their names stay.</source><translation>Les fichiers vont là où les règles les veulent. Leurs noms restent.</translation></message>
<message><source>What moves</source><translation>Ce qui est déplacé</translation></message>
<message><source>{name} → {folder}</source><translation>{name} → {folder}</translation></message>
<message><source>and {count} more</source><translation>et {count} de plus</translation></message>
<message><source>There are no rules yet. Make some in the settings.</source><translation>Il n’y a pas encore de règles. Créez-en dans les réglages.</translation></message>
<message><source>All of it is where the rules want it.</source><translation>Tout est là où les règles le veulent.</translation></message>
<message><source>Moving {what}</source><translation>Déplacement de {what}</translation></message>
</context>
<context>
<name>Status</name>
<message><source>{used} of {budget} used</source><translation>{used} sur {budget} utilisés</translation></message>
<message><source>At this rate, {size} will have come by then.</source><translation>À ce rythme, {size} seront arrivés d’ici là.</translation></message>
<message><source>When done: {deed}</source><translation>Ensuite : {deed}</translation></message>
<message numerus="yes"><source>%Ln active</source><translation><numerusform>%Ln actif</numerusform><numerusform>%Ln actifs</numerusform></translation></message>
<message numerus="yes"><source>%Ln waiting</source><translation><numerusform>%Ln en attente</numerusform><numerusform>%Ln en attente</numerusform></translation></message>
<message><source>Limited to {speed}</source><translation>Limité à {speed}</translation></message>
<message><source>Nothing to do</source><translation>Aucune activité</translation></message>
<message><source>Leaving room: {speed}</source><translation>Laisse de la place : {speed}</translation></message>
<message><source>{size} free in {folder}</source><translation>{size} libres dans {folder}</translation></message>
<message><source>Online</source><translation>En ligne</translation></message>
<message><source>Offline</source><translation>Hors ligne</translation></message>
<message><source>The line is busy: answers took {slow} ms, and {usual} ms when it was free. Downloads step back to {speed} at most until they are quick again.</source><translation>La ligne est occupée : les réponses ont mis {slow} ms, contre {usual} ms quand elle était libre. Les téléchargements se limitent à {speed} jusqu’à ce qu’elles soient de nouveau rapides.</translation></message>
</context>
<context>
<name>Story</name>
<message><source>Stopped, its queue is held</source><translation>Arrêté, sa file est suspendue</translation></message>
<message><source>Stopped, the hours of its queue are over</source><translation>Arrêté, les heures de sa file sont passées</translation></message>
<message><source>Stopped, the network wants a login in a browser first</source><translation>Arrêté, le réseau demande d’abord une connexion dans un navigateur</translation></message>
<message><source>Stopped, the network is metered</source><translation>Arrêté, le réseau compte les données</translation></message>
<message><source>Stopped, the data budget is used up</source><translation>Arrêté, le forfait de données est épuisé</translation></message>
<message><source>Information</source><translation>Information</translation></message>
<message><source>Success</source><translation>Succès</translation></message>
<message><source>Warning</source><translation>Avertissement</translation></message>
<message><source>Error</source><translation>Erreur</translation></message>
<message><source>Begun anew: the file on the server has changed</source><translation>Recommencé : le fichier a changé sur le serveur</translation></message>
<message><source>Begun anew: the server cannot resume safely</source><translation>Recommencé : le serveur ne permet pas une reprise sûre</translation></message>
<message><source>Begun anew: the unfinished file was missing or had been changed</source><translation>Recommencé : le fichier incomplet avait disparu ou été modifié</translation></message>
<message><source>The server does not say how long the file is, so a cut would look like its end</source><translation>Le serveur n’annonce pas la taille du fichier : une coupure passerait pour la fin</translation></message>
<message><source>A file of that name was there already, so nothing was fetched</source><translation>Un fichier de ce nom existait déjà : rien n’a été téléchargé</translation></message>
<message><source>The server names no version, so the bytes around each join were compared</source><translation>Le serveur n’indique pas de version : les octets autour de chaque raccord ont été comparés</translation></message>
<message><source>Blocks on disk had been changed and were fetched again</source><translation>Des blocs avaient été modifiés sur le disque et ont été téléchargés à nouveau</translation></message>
<message><source>The server called it compressed and it was not; it was saved as it came</source><translation>Le serveur l’annonçait compressé, à tort ; il a été enregistré tel quel</translation></message>
<message><source>The server says it is another kind of file than its name promises</source><translation>Le serveur annonce un autre type de fichier que celui promis par le nom</translation></message>
<message><source>Characters that would hide the name's true ending were removed</source><translation>Des caractères qui masqueraient la vraie fin du nom ont été retirés</translation></message>
<message><source>The only checksum known shows accidents, not forgeries</source><translation>La seule somme de contrôle connue révèle les accidents, pas les falsifications</translation></message>
<message><source>One of its addresses failed or had another file</source><translation>L’une de ses adresses a échoué ou proposait un autre fichier</translation></message>
<message><source>The disk cannot set room aside, so it may run full on the way</source><translation>Le disque ne permet pas de réserver l’espace ; il pourrait se remplir en cours de route</translation></message>
<message><source>The feed was interrupted; the gaps are listed beside the file</source><translation>Le flux a été interrompu ; les manques sont listés à côté du fichier</translation></message>
<message><source>Ended on request; the file holds what had come</source><translation>Terminé à votre demande ; le fichier contient ce qui était arrivé</translation></message>
<message><source>The file could not be marked with where it came from</source><translation>La provenance n’a pas pu être inscrite dans le fichier</translation></message>
<message><source>Begun anew: what another program had left was not right</source><translation>Recommencé : ce qu’un autre programme avait laissé n’était pas juste</translation></message>
<message><source>No checksum is known: of what another program had left only samples were compared</source><translation>Aucune somme de contrôle connue : de ce qu’un autre programme avait laissé, seuls des échantillons ont été comparés</translation></message>
<message><source>Added, from {host}</source><translation>Ajouté, depuis {host}</translation></message>
<message numerus="yes"><source>%Ln more address(es)</source><translation><numerusform>%Ln autre adresse</numerusform><numerusform>%Ln autres adresses</numerusform></translation></message>
<message><source>Attempt {number} begins</source><translation>Début de la tentative {number}</translation></message>
<message><source>length unknown</source><translation>taille inconnue</translation></message>
<message><source>can be resumed</source><translation>reprise possible</translation></message>
<message><source>cannot be resumed</source><translation>reprise impossible</translation></message>
<message><source>{host} answers</source><translation>{host} répond</translation></message>
<message numerus="yes"><source>%Ln connection(s) at work</source><translation><numerusform>%Ln connexion active</numerusform><numerusform>%Ln connexions actives</numerusform></translation></message>
<message><source>Trying again in {time}</source><translation>Nouvelle tentative dans {time}</translation></message>
<message><source>Trying again at once</source><translation>Nouvelle tentative immédiate</translation></message>
<message><source>Failed</source><translation>Échec</translation></message>
<message><source>Begun anew, as asked for</source><translation>Recommencé, à votre demande</translation></message>
<message><source>Notice {number}</source><translation>Remarque {number}</translation></message>
<message><source>{host} is asked no more</source><translation>{host} n’est plus sollicité</translation></message>
<message><source>The {algorithm} checksum you gave is right</source><translation>La somme de contrôle {algorithm} que vous avez fournie correspond</translation></message>
<message><source>The {algorithm} checksum of every piece is right</source><translation>La somme de contrôle {algorithm} de chaque morceau correspond</translation></message>
<message><source>The {algorithm} checksum is right</source><translation>La somme de contrôle {algorithm} correspond</translation></message>
<message><source>The {algorithm} checksum from {source} is right</source><translation>La somme de contrôle {algorithm} de {source} correspond</translation></message>
<message><source>{time} after it was added</source><translation>{time} après l’ajout</translation></message>
<message><source>Finished</source><translation>Terminé</translation></message>
<message><source>A connection to {host} ended early</source><translation>Une connexion à {host} s’est terminée trop tôt</translation></message>
<message><source>the server sent no more</source><translation>le serveur n’envoyait plus rien</translation></message>
<message><source>{size} on disk had been changed and are fetched again</source><translation>{size} avaient été modifiés sur le disque et sont téléchargés à nouveau</translation></message>
<message><source>Goes on from another address, at {host}</source><translation>Continue depuis une autre adresse, sur {host}</translation></message>
<message><source>Renamed to {name}</source><translation>Renommé en {name}</translation></message>
<message><source>Moved to {folder}</source><translation>Déplacé vers {folder}</translation></message>
<message><source>Checked again: every byte is right</source><translation>Vérifié à nouveau : chaque octet est conforme</translation></message>
<message><source>Checked again: the size is right, and nothing more is known</source><translation>Vérifié à nouveau : la taille est bonne, on n’en sait pas plus</translation></message>
<message><source>Checked again: it is not the file any more that was downloaded</source><translation>Vérifié à nouveau : ce n’est plus le fichier téléchargé</translation></message>
<message><source>Checked again: the file is no longer there</source><translation>Vérifié à nouveau : le fichier n’est plus là</translation></message>
<message><source>Checked again: the file cannot be read</source><translation>Vérifié à nouveau : le fichier ne peut pas être lu</translation></message>
<message><source>Checked again: the file is there, and nothing more is known</source><translation>Vérifié à nouveau : le fichier est là, on n’en sait pas plus</translation></message>
<message><source>The check was stopped</source><translation>La vérification a été arrêtée</translation></message>
<message><source>Checked again</source><translation>Vérifié à nouveau</translation></message>
<message><source>by the digests Headrace kept of it</source><translation>d’après les empreintes que Headrace en a gardées</translation></message>
<message><source>{size} of another program's file taken over</source><translation>{size} repris du fichier d’un autre programme</translation></message>
<message numerus="yes"><source>%Ln sample(s) compared with the server's</source><translation><numerusform>%Ln échantillon comparé à celui du serveur</numerusform><numerusform>%Ln échantillons comparés à ceux du serveur</numerusform></translation></message>
<message><source>A new version of a watched file, now called {name}</source><translation>Une nouvelle version d’un fichier surveillé, nommée désormais {name}</translation></message>
<message><source>A newer version has the name {name} now</source><translation>Une version plus récente porte maintenant le nom {name}</translation></message>
<message><source>Paused</source><translation>Mis en pause</translation></message>
<message><source>Resumed</source><translation>Repris</translation></message>
<message><source>Taken off the list</source><translation>Retiré de la liste</translation></message>
<message><source>Put back on the list</source><translation>Remis dans la liste</translation></message>
<message><source>Headrace was closed</source><translation>Headrace a été fermé</translation></message>
<message><source>Headrace started and found it under way</source><translation>Headrace a démarré et l’a trouvé en cours</translation></message>
<message><source>Stopped</source><translation>Arrêté</translation></message>
<message><source>Asked for anew, from the first byte</source><translation>Redemandé, depuis le premier octet</translation></message>
<message><source>{size} here</source><translation>{size} reçus</translation></message>
<message><source>HTTP status {status}</source><translation>Statut HTTP {status}</translation></message>
<message><source>Reason {number}</source><translation>Raison {number}</translation></message>
</context>
<context>
<name>TakeOver</name>
<message><source>Take over an unfinished file</source><translation>Reprendre un fichier inachevé</translation></message>
<message><source>Take over</source><translation>Reprendre</translation></message>
<message><source>Address it came from</source><translation>Adresse d’où il venait</translation></message>
<message><source>This is not an address. It begins with https:// or http://.</source><translation>Ce n’est pas une adresse. Elle commence par https:// ou http://.</translation></message>
<message><source>{size} of {total}</source><translation>{size} sur {total}</translation></message>
<message><source>{name}: {there}, left by {program}.</source><translation>{name} : {there}, laissé par {program}.</translation></message>
<message><source>{name}: {there}.</source><translation>{name} : {there}.</translation></message>
<message><source>Samples are compared with the server's file first; the download then goes on in the same folder. End it in the other program before.</source><translation>Des échantillons sont d’abord comparés au fichier du serveur ; le téléchargement continue ensuite dans le même dossier. Arrêtez-le avant dans l’autre programme.</translation></message>
</context>
<context>
<name>Units</name>
<message><source>B</source><translation>o</translation></message>
<message><source>kB</source><translation>ko</translation></message>
<message><source>MB</source><translation>Mo</translation></message>
<message><source>GB</source><translation>Go</translation></message>
<message><source>TB</source><translation>To</translation></message>
<message><source>PB</source><translation>Po</translation></message>
<message><source>EB</source><translation>Eo</translation></message>
<message><source>KiB</source><translation>Kio</translation></message>
<message><source>MiB</source><translation>Mio</translation></message>
<message><source>GiB</source><translation>Gio</translation></message>
<message><source>TiB</source><translation>Tio</translation></message>
<message><source>PiB</source><translation>Pio</translation></message>
<message><source>EiB</source><translation>Eio</translation></message>
<message><source>No limit</source><translation>Pas de limite</translation></message>
<message><source>{size}/s</source><translation>{size}/s</translation></message>
<message><source>{number} %</source><translation>{number} %</translation></message>
<message><source>a moment</source><translation>un instant</translation></message>
<message><source>{seconds} s</source><translation>{seconds} s</translation></message>
<message><source>about {time}</source><translation>environ {time}</translation></message>
<message numerus="yes"><source>about %Ln day(s)</source><translation><numerusform>environ %Ln jour</numerusform><numerusform>environ %Ln jours</numerusform></translation></message>
<message><source>over a month</source><translation>plus d’un mois</translation></message>
<message><source>{minutes} min</source><translation>{minutes} min</translation></message>
<message><source>{hours} h</source><translation>{hours} h</translation></message>
<message><source>yesterday</source><translation>hier</translation></message>
<message><source>d MMM</source><extracomment>A date of this year in Qt's format: d is the day, MMM the month's short name. "MMM d", "M月d日"</extracomment><translation>d MMM</translation></message>
<message><source>d MMM yyyy</source><extracomment>A date in Qt's format: d is the day, MMM the month's short name, yyyy the year</extracomment><translation>d MMM yyyy</translation></message>
</context>
<context>
<name>Unpacking</name>
<message><source>There is no program here that plays sounds</source><translation>Il n’y a ici aucun programme qui joue des sons</translation></message>
<message><source>Stop</source><translation>Arrêter</translation></message>
<message><source>Open</source><translation>Ouvrir</translation></message>
<message><source>It is no zip, tar or 7z archive.</source><translation>Ce n’est pas une archive zip, tar ou 7z.</translation></message>
<message><source>RAR archives are not extracted.</source><translation>Les archives RAR ne sont pas extraites.</translation></message>
<message><source>It is one part of several, which are not put together.</source><translation>C’est une partie parmi plusieurs, qui ne sont pas réunies.</translation></message>
<message><source>The file is not there any more.</source><translation>Le fichier n’est plus là.</translation></message>
<message><source>The library {detail} is not installed.</source><translation>La bibliothèque {detail} n’est pas installée.</translation></message>
<message><source>It is packed in a way that is not known here.</source><translation>Elle est compressée d’une manière inconnue ici.</translation></message>
<message><source>It wants a password.</source><translation>Elle demande un mot de passe.</translation></message>
<message><source>It is damaged.</source><translation>Elle est endommagée.</translation></message>
<message><source>A name in it leads out of its folder: {detail}</source><translation>Un de ses noms mène hors de son dossier : {detail}</translation></message>
<message><source>It was made to do harm: several files in it are the same bytes.</source><translation>Elle est faite pour nuire : plusieurs de ses fichiers sont les mêmes octets.</translation></message>
<message><source>It unpacks to far more than it is.</source><translation>Son contenu est démesurément plus grand qu’elle.</translation></message>
<message><source>It holds too many files.</source><translation>Elle contient trop de fichiers.</translation></message>
<message><source>There is too little room on the disk.</source><translation>Il n’y a pas assez de place sur le disque.</translation></message>
<message><source>The disk refuses: {detail}</source><translation>Le disque refuse : {detail}</translation></message>
<message><source>It was stopped.</source><translation>L’extraction a été arrêtée.</translation></message>
<message><source>“{name}” was not extracted. {why}</source><translation>« {name} » n’a pas été extraite. {why}</translation></message>
<message><source>“{name}” extracted</source><translation>« {name} » extraite</translation></message>
<message numerus="yes"><source>%Ln file(s)</source><translation><numerusform>%Ln fichier</numerusform><numerusform>%Ln fichiers</numerusform></translation></message>
<message numerus="yes"><source>%Ln link(s) left out</source><translation><numerusform>%Ln lien laissé de côté</numerusform><numerusform>%Ln liens laissés de côté</numerusform></translation></message>
<message><source>Extracting “{name}”…</source><translation>Extraction de « {name} »…</translation></message>
</context>
<context>
<name>Watch</name>
<message><source>A new version has arrived</source><translation>Une nouvelle version est arrivée</translation></message>
<message><source>minutes</source><translation>minutes</translation></message>
<message><source>hours</source><translation>heures</translation></message>
<message><source>days</source><translation>jours</translation></message>
<message><source>Watch for changes</source><translation>Surveiller les modifications</translation></message>
<message><source>Watch</source><translation>Surveiller</translation></message>
<message><source>Look &amp;every</source><translation>Intervalle de &amp;vérification</translation></message>
<message><source>Versions to &amp;keep, the newest among them</source><translation>Versions à &amp;conserver, la plus récente comprise</translation></message>
<message><source>Time between two looks</source><translation>Temps entre deux vérifications</translation></message>
<message><source>Unit of the time between two looks</source><translation>Unité du temps entre deux vérifications</translation></message>
<message><source>All</source><translation>Toutes</translation></message>
<message><source>&amp;Look now</source><translation>Vérifier &amp;maintenant</translation></message>
<message><source>&amp;Stop watching</source><translation>&amp;Ne plus surveiller</translation></message>
<message><source>A recording cannot be watched.</source><translation>Un enregistrement ne peut pas être surveillé.</translation></message>
<message><source>While Headrace runs, the server is asked whether the file has changed. A new version is downloaded and takes the file's name; the one before it is kept under a name with its date.</source><translation>Tant que Headrace fonctionne, il demande au serveur si le fichier a changé. Une nouvelle version est téléchargée et prend le nom du fichier ; la précédente est conservée sous un nom qui porte sa date.</translation></message>
<message><source>Show in folder</source><translation>Afficher dans le dossier</translation></message>
<message><source>changed version of a watched file</source><translation>version modifiée d’un fichier surveillé</translation></message>
<message><source>watched: a change, being fetched</source><translation>surveillé : modifié, en cours de téléchargement</translation></message>
<message><source>watched: {reason}</source><translation>surveillé : {reason}</translation></message>
<message><source>watched</source><translation>surveillé</translation></message>
<message><source>watched: new version, {time}</source><translation>surveillé : nouvelle version, {time}</translation></message>
<message><source>watched: no change, {time}</source><translation>surveillé : inchangé, {time}</translation></message>
<message><source>Last look: {time}, {outcome}.</source><translation>Dernière vérification : {time}, {outcome}.</translation></message>
<message><source>Next look: {time}.</source><translation>Prochaine vérification : {time}.</translation></message>
<message numerus="yes"><source>%Ln earlier version(s) kept.</source><translation><numerusform>%Ln version antérieure conservée.</numerusform><numerusform>%Ln versions antérieures conservées.</numerusform></translation></message>
<message><source>something has changed</source><translation>quelque chose a changé</translation></message>
<message><source>a new version</source><translation>une nouvelle version</translation></message>
<message><source>no change</source><translation>aucun changement</translation></message>
<message><source>A new version of {name} has arrived</source><translation>Une nouvelle version de {name} est arrivée</translation></message>
</context>
<context>
<name>Window</name>
<message><source>The command {what} could not be run: {why}.</source><translation>La commande {what} n’a pas pu être exécutée : {why}.</translation></message>
<message><source>{what} could not be told what happens: {why}.</source><translation>{what} n’a pas pu être informé de ce qui se passe : {why}.</translation></message>
<message><source>The list {what} could not be added: {why}.</source><translation>La liste {what} n’a pas pu être ajoutée : {why}.</translation></message>
<message><source>More</source><translation>Plus</translation></message>
<message><source>Add</source><translation>Ajouter</translation></message>
<message numerus="yes"><source>%Ln link(s) to files on the clipboard</source><translation><numerusform>%Ln lien vers un fichier dans le presse-papiers</numerusform><numerusform>%Ln liens vers des fichiers dans le presse-papiers</numerusform></translation></message>
<message><source>This network wants a login first: open any page in your browser.</source><translation>Ce réseau demande d’abord une connexion : ouvrez une page dans votre navigateur.</translation></message>
<message><source>Nothing matches “{text}”</source><translation>Rien ne correspond à « {text} »</translation></message>
<message><source>Clear the search</source><translation>Effacer la recherche</translation></message>
<message><source>Nothing here at the moment</source><translation>Rien ici pour le moment</translation></message>
<message><source>Choose All to see everything</source><translation>Choisissez « Tous » pour tout voir</translation></message>
<message><source>Drop links here</source><translation>Déposez des liens ici</translation></message>
<message><source>or press Ctrl+N to add some, Ctrl+V to paste what you copied</source><translation>ou appuyez sur Ctrl+N pour en ajouter, sur Ctrl+V pour coller ce que vous avez copié</translation></message>
<message><source>There is no address in it</source><translation>Aucune adresse trouvée</translation></message>
<message numerus="yes"><source>Added %Ln download(s)</source><translation><numerusform>%Ln téléchargement ajouté</numerusform><numerusform>%Ln téléchargements ajoutés</numerusform></translation></message>
<message><source>There is no address on the clipboard</source><translation>Aucune adresse dans le presse-papiers</translation></message>
<message><source>Close this message</source><translation>Fermer ce message</translation></message>
<message><source>Search name, address or host</source><translation>Rechercher nom, adresse ou hôte</translation></message>
<message><source>Other programs cannot be served at port {port}: {why}. Choose another port.</source><translation>D’autres programmes ne peuvent pas être servis au port {port} : {why}. Choisissez un autre port.</translation></message>
<message><source>Speed limit over all downloads</source><translation>Limite de vitesse globale</translation></message>
<message><source>Quiet, speed limit: {limit}</source><translation>Silencieux, limite de vitesse : {limit}</translation></message>
<message><source>Speed limit: {limit}</source><translation>Limite de vitesse : {limit}</translation></message>
<message><source>Other limit…</source><translation>Autre limite…</translation></message>
<message><source>Headrace cannot save to its profile folder. {reason}</source><translation>Headrace ne peut pas enregistrer dans son dossier de profil. {reason}</translation></message>
</context>
<context>
<name>Words</name>
<message><source>Waiting, the queue is held</source><translation>En attente, la file est suspendue</translation></message>
<message><source>Waiting for the hours of its queue</source><translation>En attente des heures de sa file</translation></message>
<message><source>Waiting, this network wants a login in a browser</source><translation>En attente, ce réseau demande une connexion dans un navigateur</translation></message>
<message><source>Waiting for a network that is not metered</source><translation>En attente d’un réseau qui ne compte pas les données</translation></message>
<message><source>Waiting, the data budget is used up</source><translation>En attente, le forfait de données est épuisé</translation></message>
<message><source>Waiting for the hours of its queue, from {time}</source><translation>En attente des heures de sa file, à partir de {time}</translation></message>
<message><source>Waiting, the data budget is used up until {time}</source><translation>En attente, le forfait de données est épuisé jusqu’à {time}</translation></message>
<message><source>Waiting, the data budget of {budget} is used up until {time}</source><translation>En attente, le forfait de données de {budget} est épuisé jusqu’à {time}</translation></message>
<message><source>All</source><translation>Tous</translation></message>
<message><source>Active</source><translation>Actifs</translation></message>
<message><source>Waiting</source><translation>En attente</translation></message>
<message><source>Paused</source><translation>En pause</translation></message>
<message><source>Finished</source><translation>Terminés</translation></message>
<message><source>Failed</source><translation>En échec</translation></message>
<message><source>Video</source><translation>Vidéos</translation></message>
<message><source>Music</source><translation>Musique</translation></message>
<message><source>Pictures</source><translation>Images</translation></message>
<message><source>Documents</source><translation>Documents</translation></message>
<message><source>Archives</source><translation>Archives</translation></message>
<message><source>Programs</source><translation>Programmes</translation></message>
<message><source>Other</source><translation>Autres</translation></message>
<message><source>Connecting</source><translation>Connexion</translation></message>
<message><source>Downloading</source><translation>En cours</translation></message>
<message><source>Trying again soon</source><translation>Nouvelle tentative bientôt</translation></message>
<message><source>Finishing</source><translation>Finalisation</translation></message>
<message><source>Done</source><translation>Terminé</translation></message>
<message numerus="yes"><source>%Ln connection(s)</source><translation><numerusform>%Ln connexion</numerusform><numerusform>%Ln connexions</numerusform></translation></message>
<message numerus="yes"><source>%Ln download(s)</source><translation><numerusform>%Ln téléchargement</numerusform><numerusform>%Ln téléchargements</numerusform></translation></message>
<message><source>Missing</source><comment>a file that is gone</comment><translation>Introuvable</translation></message>
<message><source>{size} so far</source><translation>{size} reçus</translation></message>
<message><source>Private</source><translation>Privé</translation></message>
<message><source>Waiting for a free place</source><translation>En attente d’une place libre</translation></message>
<message><source>Waiting in {queue}, number {place} in line</source><translation>En attente dans {queue}, n° {place}</translation></message>
<message><source>Waiting for a free place, next in line</source><translation>En attente d’une place libre, premier de la file</translation></message>
<message><source>Waiting for a free place, number {place} in line</source><translation>En attente d’une place libre, n° {place} de la file</translation></message>
<message><source>Connecting to {host}</source><translation>Connexion à {host}</translation></message>
<message><source>from {host}</source><translation>depuis {host}</translation></message>
<message><source>nothing is arriving at the moment</source><translation>rien n’arrive pour le moment</translation></message>
<message><source>limited to {speed}</source><translation>limité à {speed}</translation></message>
<message><source>cannot be resumed</source><translation>reprise impossible</translation></message>
<message><source>Interrupted</source><translation>Interrompu</translation></message>
<message><source>{reason}, trying again soon</source><translation>{reason}, nouvelle tentative bientôt</translation></message>
<message><source>{reason}, trying again now</source><translation>{reason}, nouvelle tentative en cours</translation></message>
<message><source>{reason}, trying again in {time}</source><translation>{reason}, nouvelle tentative dans {time}</translation></message>
<message><source>Checking the file and saving it for good</source><translation>Vérification et enregistrement définitif du fichier</translation></message>
<message><source>Paused · will begin again, the server cannot resume</source><translation>En pause · recommencera à zéro, le serveur ne permet pas la reprise</translation></message>
<message><source>Paused · resumes from {size}</source><translation>En pause · reprendra à {size}</translation></message>
<message><source>{size} kept</source><translation>{size} conservés</translation></message>
<message><source>File is no longer there</source><translation>Le fichier n’est plus là</translation></message>
<message><source>Skipped, a file of that name was there already</source><translation>Ignoré, un fichier de ce nom existait déjà</translation></message>
<message><source>Finished, length checked</source><translation>Terminé, taille vérifiée</translation></message>
<message><source>Finished</source><comment>a download's state</comment><translation>Terminé</translation></message>
<message><source>Finished, verified by {proof}</source><translation>Terminé, vérifié par {proof}</translation></message>
<message><source>{what} (needs {size} more)</source><translation>{what} (il manque {size})</translation></message>
<message><source>To log in: {command}</source><translation>Pour se connecter : {command}</translation></message>
<message><source>{what}. {advice}.</source><translation>{what}. {advice}.</translation></message>
<message><source>The server's status was {status}.</source><translation>Statut du serveur : {status}.</translation></message>
<message><source>{time} left</source><translation>encore {time}</translation></message>
</context>
</TS>
