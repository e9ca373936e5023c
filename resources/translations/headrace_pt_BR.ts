<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="pt_BR" sourcelanguage="en">
<context>
<name>Actions</name>
<message><source>&amp;Add downloads…</source><translation>&amp;Adicionar downloads…</translation></message>
<message><source>Add</source><translation>Adicionar</translation></message>
<message><source>Add from the c&amp;lipboard</source><translation>Adicionar da área de &amp;transferência</translation></message>
<message><source>&amp;Open lists…</source><translation>&amp;Abrir listas…</translation></message>
<message><source>&amp;Export the list…</source><translation>&amp;Exportar a lista…</translation></message>
<message><source>&amp;Take over an unfinished file…</source><translation>A&amp;ssumir um arquivo inacabado…</translation></message>
<message><source>&amp;Resume</source><translation>&amp;Retomar</translation></message>
<message><source>A&amp;llow it and try again</source><translation>Permitir e te&amp;ntar novamente</translation></message>
<message><source>&amp;End recording and keep it</source><translation>Encerrar &amp;gravação e manter</translation></message>
<message><source>&amp;Pause</source><translation>Pa&amp;usar</translation></message>
<message><source>Pause or resume</source><translation>Pausar ou retomar</translation></message>
<message><source>Re&amp;move</source><translation>Remo&amp;ver</translation></message>
<message><source>Remove with f&amp;ile</source><translation>Remover com o ar&amp;quivo</translation></message>
<message><source>&amp;Delete for good…</source><translation>&amp;Excluir definitivamente…</translation></message>
<message><source>Move &amp;up in line</source><translation>Su&amp;bir na fila</translation></message>
<message><source>Move up</source><translation>Subir</translation></message>
<message><source>Move do&amp;wn in line</source><translation>Des&amp;cer na fila</translation></message>
<message><source>Move down</source><translation>Descer</translation></message>
<message><source>Move to the &amp;top</source><translation>Mover para o &amp;início</translation></message>
<message><source>Move to the &amp;bottom</source><translation>Mover para o &amp;fim</translation></message>
<message><source>&amp;Open</source><translation>&amp;Abrir</translation></message>
<message><source>Show in &amp;folder</source><translation>Mostrar na &amp;pasta</translation></message>
<message><source>Re&amp;name…</source><translation>Reno&amp;mear…</translation></message>
<message><source>Move to another fo&amp;lder…</source><translation>Mover para &amp;outra pasta…</translation></message>
<message><source>Sort b&amp;y the rules…</source><translation>Organizar pelas re&amp;gras…</translation></message>
<message><source>Change addre&amp;ss…</source><translation>Alterar en&amp;dereço…</translation></message>
<message><source>Lo&amp;g in…</source><translation>&amp;Entrar…</translation></message>
<message><source>Show the c&amp;ertificate…</source><translation>Mostrar o certi&amp;ficado…</translation></message>
<message><source>Rules for the h&amp;ost…</source><translation>Regras do h&amp;ost…</translation></message>
<message><source>Cook&amp;ies…</source><translation>Cook&amp;ies…</translation></message>
<message><source>E&amp;xtract</source><translation>Extrair</translation></message>
<message><source>&amp;Verify again</source><translation>Verificar novamen&amp;te</translation></message>
<message><source>&amp;Download again</source><translation>Bai&amp;xar novamente</translation></message>
<message><source>Wat&amp;ch for changes…</source><translation>Acompanhar as alteraçõ&amp;es…</translation></message>
<message><source>&amp;Hand over to yt-dlp</source><translation>Passar para o &amp;yt-dlp</translation></message>
<message><source>Propert&amp;ies…</source><translation>Propriedade&amp;s…</translation></message>
<message><source>&amp;Copy address</source><translation>&amp;Copiar endereço</translation></message>
<message><source>Select &amp;all</source><translation>Selecionar &amp;tudo</translation></message>
<message><source>Pause a&amp;ll</source><translation>Pausar &amp;todos</translation></message>
<message><source>Resume all paus&amp;ed</source><translation>Retomar to&amp;dos os pausados</translation></message>
<message><source>&amp;Clear finished from the list</source><translation>&amp;Limpar concluídos da lista</translation></message>
<message><source>&amp;Quiet</source><translation>&amp;Silencioso</translation></message>
<message><source>Start no&amp;w, regardless</source><translation>Iniciar a&amp;gora, apesar de tudo</translation></message>
<message><source>&amp;Undo remove</source><translation>&amp;Desfazer remoção</translation></message>
<message><source>&amp;Find</source><translation>&amp;Localizar</translation></message>
<message><source>&amp;Details</source><translation>Detal&amp;hes</translation></message>
<message><source>&amp;One-line rows</source><translation>L&amp;inhas compactas</translation></message>
<message><source>&amp;History…</source><translation>Hist&amp;órico…</translation></message>
<message><source>&amp;Settings…</source><translation>&amp;Configurações…</translation></message>
<message><source>&amp;Keyboard shortcuts</source><translation>&amp;Atalhos de teclado</translation></message>
<message><source>&amp;About Headrace</source><translation>S&amp;obre o Headrace</translation></message>
<message><source>When all is &amp;done</source><translation>&amp;Quando tudo terminar</translation></message>
<message><source>&amp;Quit</source><translation>&amp;Sair</translation></message>
<message><source>&amp;File</source><translation>&amp;Arquivo</translation></message>
<message><source>&amp;Edit</source><translation>&amp;Editar</translation></message>
<message><source>&amp;View</source><translation>E&amp;xibir</translation></message>
<message><source>&amp;Download</source><translation>&amp;Download</translation></message>
<message><source>&amp;Help</source><translation>Aj&amp;uda</translation></message>
<message><source>&amp;Try again</source><translation>&amp;Tentar novamente</translation></message>
<message><source>&amp;Copy addresses</source><translation>&amp;Copiar endereços</translation></message>
<message><source>Rules for {host}…</source><translation>Regras para {host}…</translation></message>
<message><source>Show the host k&amp;ey…</source><translation>Veri&amp;ficar a chave do servidor…</translation></message>
</context>
<context>
<name>Add</name>
<message><source>Addresses</source><translation>Endereços</translation></message>
<message><source>Add downloads</source><translation>Adicionar downloads</translation></message>
<message><source>Reading… {count}</source><translation>Lendo… {count}</translation></message>
<message><source>The text is too long: its end is left out.</source><translation>O texto é longo demais: o final fica de fora.</translation></message>
<message><source>at least {size}</source><translation>pelo menos {size}</translation></message>
<message numerus="yes"><source>%Ln line(s) without an address</source><translation><numerusform>%Ln linha sem endereço</numerusform><numerusform>%Ln linhas sem endereço</numerusform></translation></message>
<message><source>Download</source><translation>Baixar</translation></message>
<message><source>A&amp;dd paused</source><translation>A&amp;dicionar em pausa</translation></message>
<message><source>Download {count}</source><translation>Baixar {count}</translation></message>
<message><source>Download now</source><translation>Baixar agora</translation></message>
<message><source>Take &amp;brackets as they are</source><translation>Manter colc&amp;hetes como estão</translation></message>
<message><source>For addresses that really hold [1-3] or {a,b}</source><translation>Para endereços que contêm mesmo [1-3] ou {a,b}</translation></message>
<message><source>Mor&amp;e: headers, login, proxy, limit, checksum, mirrors</source><translation>Mai&amp;s: cabeçalhos, login, proxy, limite, checksum, espelhos</translation></message>
<message><source>Cancel</source><translation>Cancelar</translation></message>
<message><source>One address a line, patterns such as [01-12], or a pasted curl command</source><translation>Um endereço por linha, padrões como [01-12] ou um comando curl colado</translation></message>
<message><source>Headrace</source><translation>Headrace</translation></message>
<message><source>Firefox on Windows</source><translation>Firefox no Windows</translation></message>
<message><source>Chrome on Windows</source><translation>Chrome no Windows</translation></message>
<message><source>Edge on Windows</source><translation>Edge no Windows</translation></message>
<message><source>Safari on a Mac</source><translation>Safari no Mac</translation></message>
<message><source>curl</source><translation>curl</translation></message>
<message><source>&amp;Headers, one a line</source><translation>&amp;Cabeçalhos, um por linha</translation></message>
<message><source>&amp;Referer</source><translation>&amp;Referer</translation></message>
<message><source>User &amp;agent</source><translation>A&amp;gente do usuário</translation></message>
<message><source>&amp;User name</source><translation>&amp;Usuário</translation></message>
<message><source>&amp;Password</source><translation>S&amp;enha</translation></message>
<message><source>Cookies</source><translation>Cookies</translation></message>
<message><source>C&amp;onnections at most</source><translation>Máximo de cone&amp;xões</translation></message>
<message><source>Speed &amp;limit</source><translation>&amp;Limite de velocidade</translation></message>
<message><source>Pro&amp;xy</source><translation>Pro&amp;xy</translation></message>
<message><source>Chec&amp;ksum</source><translation>Chec&amp;ksum</translation></message>
<message><source>&amp;Mirrors, one a line</source><translation>Es&amp;pelhos, um por linha</translation></message>
<message><source>Name: value</source><translation>Name: value</translation></message>
<message><source>As in the settings</source><translation>Como nas configurações</translation></message>
<message><source>sha256:… or the bare digest</source><translation>sha256:… ou só o hash</translation></message>
<message><source>Other addresses of the same file</source><translation>Outros endereços do mesmo arquivo</translation></message>
<message><source>No limit of its own</source><translation>Sem limite próprio</translation></message>
<message><source> MB/s</source><translation> MB/s</translation></message>
<message><source>Pri&amp;vate</source><translation>Pr&amp;ivado</translation></message>
<message><source>Nothing is kept of it but the file: no history, no log, no mark. What is unfinished when Headrace ends is deleted.</source><translation>Dele só fica o arquivo: nem histórico, nem log, nem marca. O que não estiver concluído quando o Headrace for encerrado é excluído.</translation></message>
<message><source>The header “{name}” cannot be sent: write Name: value</source><translation>Não é possível enviar o cabeçalho “{name}”: escreva Name: value</translation></message>
<message><source>Headrace sets the header “{name}” itself</source><translation>O próprio Headrace define o cabeçalho “{name}”</translation></message>
<message><source>Write the proxy as http://proxy.example:3128, or “direct” for none</source><translation>Escreva o proxy como http://proxy.example:3128, ou “direct” para nenhum</translation></message>
<message><source>This is no checksum: digits are missing, or too many</source><translation>Isto não é um checksum: faltam ou sobram dígitos</translation></message>
<message><source>This checksum proves nothing; SHA-256 would</source><translation>Este checksum não prova nada; um SHA-256 provaria</translation></message>
<message><source>A mirror is an address with http, https, ftp or sftp</source><translation>Um espelho é um endereço com http, https, ftp ou sftp</translation></message>
<message><source>{most} mirrors are the most</source><translation>O máximo é de {most} espelhos</translation></message>
<message><source>&amp;Name</source><translation>&amp;Nome</translation></message>
<message><source>&amp;Category</source><translation>Ca&amp;tegoria</translation></message>
<message><source>&amp;Queue</source><translation>&amp;Fila</translation></message>
<message><source>By type</source><translation>Por tipo</translation></message>
<message><source>Main</source><translation>Principal</translation></message>
<message><source>&amp;Save to (folder of the queue {queue})</source><extracomment>{queue} is the name of a queue that has a folder of its own</extracomment><translation>Sal&amp;var em (pasta da fila {queue})</translation></message>
<message><source>&amp;Save to</source><translation>Sal&amp;var em</translation></message>
<message numerus="yes"><source>Already there: %Ln</source><translation><numerusform>Já existente: %Ln</numerusform><numerusform>Já existentes: %Ln</numerusform></translation></message>
<message><source>{status}, not found</source><translation>{status}, não encontrado</translation></message>
<message><source>{status}, gone</source><translation>{status}, não existe mais</translation></message>
<message><source>{status}, refused</source><translation>{status}, recusado</translation></message>
<message><source>needs a login</source><translation>exige login</translation></message>
<message><source>proxy needs a login</source><translation>o proxy exige login</translation></message>
<message><source>proxy cannot be reached</source><translation>proxy inacessível</translation></message>
<message><source>proxy refuses</source><translation>o proxy recusa</translation></message>
<message><source>{status}, too many requests</source><translation>{status}, requisições demais</translation></message>
<message><source>{status}, server is busy</source><translation>{status}, servidor ocupado</translation></message>
<message><source>{status}, server has a fault</source><translation>{status}, erro no servidor</translation></message>
<message><source>no such server</source><translation>servidor inexistente</translation></message>
<message><source>cannot be reached</source><translation>inacessível</translation></message>
<message><source>does not answer</source><translation>não responde</translation></message>
<message><source>connection lost</source><translation>conexão perdida</translation></message>
<message><source>not to be trusted</source><translation>não confiável</translation></message>
<message><source>needs an extra: {detail}</source><translation>precisa de um extra: {detail}</translation></message>
<message><source>host key is not known</source><translation>chave do servidor desconhecida</translation></message>
<message><source>host key has changed</source><translation>a chave do servidor mudou</translation></message>
<message><source>not secure</source><translation>não seguro</translation></message>
<message><source>leads to an unsafe place</source><translation>leva a um local não seguro</translation></message>
<message><source>leads into a private network</source><translation>leva a uma rede privada</translation></message>
<message><source>leads in circles</source><translation>redireciona em círculos</translation></message>
<message><source>no file there</source><translation>nenhum arquivo lá</translation></message>
<message><source>answer makes no sense</source><translation>resposta sem sentido</translation></message>
<message><source>no web server</source><translation>não é servidor web</translation></message>
<message><source>already in the list</source><translation>já está na lista</translation></message>
<message><source>file is there already</source><translation>o arquivo já existe</translation></message>
<message><source>name is taken in the list</source><translation>nome já usado na lista</translation></message>
<message><source>will be resumed</source><translation>será retomado</translation></message>
<message><source>again, new name</source><translation>de novo, outro nome</translation></message>
<message><source>will be replaced</source><translation>será substituído</translation></message>
<message><source>The command's proxy is not used.</source><translation>O proxy do comando não é usado.</translation></message>
<message><source>Certificates are checked as always, whatever the command says.</source><translation>Os certificados são verificados como sempre, diga o comando o que disser.</translation></message>
<message><source>The command's file of cookies is not read.</source><translation>O arquivo de cookies do comando não é lido.</translation></message>
<message><source>The files that the command names are not read.</source><translation>Os arquivos indicados no comando não são lidos.</translation></message>
<message><source>The command asks for a part; the whole file is fetched.</source><translation>O comando pede só uma parte; o arquivo será baixado inteiro.</translation></message>
<message><source>The command logs in by a scheme that is not supported.</source><translation>O comando usa um método de login sem suporte.</translation></message>
<message><source>A header of the command cannot be sent and is left out.</source><translation>Um cabeçalho do comando não pode ser enviado e foi omitido.</translation></message>
<message><source>asking…</source><translation>consultando…</translation></message>
<message><source>a web page</source><translation>uma página web</translation></message>
<message><source>cannot be resumed</source><translation>não pode ser retomado</translation></message>
<message><source>resumable</source><translation>pode ser retomado</translation></message>
<message><source>{checksum} expected</source><translation>{checksum} esperado</translation></message>
<message><source>{algorithm} must be {digest}</source><translation>{algorithm} deve ser {digest}</translation></message>
<message><source>Skip</source><translation>Ignorar</translation></message>
<message><source>Resume</source><translation>Retomar</translation></message>
<message><source>Keep both</source><translation>Manter ambos</translation></message>
<message><source>Replace</source><translation>Substituir</translation></message>
<message><source>Leave what is there, and add nothing</source><translation>Deixa o que já existe e não adiciona nada</translation></message>
<message><source>Go on with the download in the list</source><translation>Continua o download que está na lista</translation></message>
<message><source>Fetch again, under a new name</source><translation>Baixa de novo, com outro nome</translation></message>
<message><source>Fetch again; the new file takes the place of the old one</source><translation>Baixa de novo; o arquivo novo substitui o antigo</translation></message>
<message><source>Downloads found in the text</source><translation>Downloads encontrados no texto</translation></message>
<message><source>Tick</source><translation>Marcar</translation></message>
<message><source>Untick</source><translation>Desmarcar</translation></message>
<message><source>Tick only these</source><translation>Marcar só estes</translation></message>
<message><source>Tick all</source><translation>Marcar todos</translation></message>
<message><source>Untick all</source><translation>Desmarcar todos</translation></message>
<message><source>Ask the server again</source><translation>Consultar o servidor novamente</translation></message>
<message numerus="yes"><source>Copy %Ln address(es)</source><translation><numerusform>Copiar %Ln endereço</numerusform><numerusform>Copiar %Ln endereços</numerusform></translation></message>
<message><source>What you paste appears here</source><translation>O que você colar aparece aqui</translation></message>
<message><source>Sends the headers {names}</source><translation>Envia os cabeçalhos {names}</translation></message>
<message><source>is not an address</source><translation>não é um endereço</translation></message>
<message><source>its checksum is damaged</source><translation>o checksum está danificado</translation></message>
<message><source>a checksum, and no file of that name</source><translation>um checksum, e nenhum arquivo com esse nome</translation></message>
<message><source>stands for {count} addresses, {most} is the most</source><translation>equivale a {count} endereços; o máximo é {most}</translation></message>
<message><source>it holds spaces or control characters</source><translation>contém espaços ou caracteres de controle</translation></message>
<message><source>does not begin with http://, https://, ftp:// or sftp://</source><translation>não começa com http://, https://, ftp:// nem sftp://</translation></message>
<message><source>has a backslash in its host</source><translation>tem uma barra invertida no host</translation></message>
<message><source>names no host</source><translation>não indica nenhum host</translation></message>
<message><source>its host or port is not valid</source><translation>o host ou a porta não é válido</translation></message>
<message><source>is a magnet link: a torrent client is for it</source><translation>é um link magnet: um cliente de torrent cuida dele</translation></message>
<message><source>sends a form or a file, which a download cannot</source><translation>envia um formulário ou um arquivo, o que um download não pode fazer</translation></message>
<message><source>asks by another method than GET, which a download cannot</source><translation>usa um método diferente de GET, o que um download não pode fazer</translation></message>
<message><source>follows the links of pages; Headrace fetches single files</source><translation>segue os links de páginas; o Headrace baixa arquivos avulsos</translation></message>
</context>
<context>
<name>Budgets</name>
<message><source>All networks</source><translation>Todas as redes</translation></message>
<message><source>Metered networks</source><translation>Redes limitadas</translation></message>
<message><source>Wi-Fi</source><translation>Wi-Fi</translation></message>
<message><source>Mobile networks</source><translation>Redes móveis</translation></message>
<message><source>Ethernet</source><translation>Ethernet</translation></message>
<message><source>Other kinds of networks</source><translation>Outros tipos de redes</translation></message>
<message><source>{size} a day ({networks})</source><translation>{size} por dia ({networks})</translation></message>
<message><source>{size} a week ({networks})</source><translation>{size} por semana ({networks})</translation></message>
<message><source>{size} a month ({networks})</source><translation>{size} por mês ({networks})</translation></message>
<message><source>Each day</source><translation>A cada dia</translation></message>
<message><source>Each week</source><translation>A cada semana</translation></message>
<message><source>Each month</source><translation>A cada mês</translation></message>
<message><source>It is whole again on {day}.</source><translation>Volta a ficar completa em {day}.</translation></message>
<message><source>What comes now does not count.</source><translation>O que chega agora não conta.</translation></message>
<message><source> GB</source><translation> GB</translation></message>
<message><source>from day</source><translation>a partir do dia</translation></message>
<message><source>How much may come: {budget}</source><translation>Quanto pode chegar: {budget}</translation></message>
<message><source>How often: {budget}</source><translation>Com que frequência: {budget}</translation></message>
<message><source>Which networks count: {budget}</source><translation>Quais redes contam: {budget}</translation></message>
<message><source>The day on which a month begins: {budget}</source><translation>O dia em que um mês começa: {budget}</translation></message>
<message><source>Remove {budget}</source><translation>Remover {budget}</translation></message>
<message><source>Add budget</source><translation>Adicionar franquia</translation></message>
<message><source>There is a budget for these networks and this period already.</source><translation>Já existe uma franquia para estas redes e este período.</translation></message>
<message><source>The budget is removed: {budget}</source><translation>A franquia foi removida: {budget}</translation></message>
</context>
<context>
<name>Categories</name>
<message><source>Add category</source><translation>Adicionar categoria</translation></message>
<message><source>{name} is as it was.</source><translation>{name} voltou a ser como antes.</translation></message>
<message><source>New category</source><translation>Nova categoria</translation></message>
<message><source>nothing yet</source><translation>nada ainda</translation></message>
<message><source>Bring {name} back to what it was</source><translation>Restaurar {name}</translation></message>
<message><source>Show {name} earlier</source><translation>Mostrar {name} antes</translation></message>
<message><source>Show {name} later</source><translation>Mostrar {name} depois</translation></message>
<message><source>There is a category of this name.</source><translation>Já existe uma categoria com este nome.</translation></message>
<message><source>A category needs a name of 60 characters at most.</source><translation>Uma categoria precisa de um nome de até 60 caracteres.</translation></message>
<message><source>Write endings such as epub, without a dot within.</source><translation>Escreva extensões como epub, sem pontos no meio.</translation></message>
<message><source>Write types such as application/pdf or audio/*.</source><translation>Escreva tipos como application/pdf ou audio/*.</translation></message>
<message><source>Name</source><translation>Nome</translation></message>
<message><source>Picture</source><translation>Imagem</translation></message>
<message><source>Types the server tells</source><translation>Tipos que o servidor informa</translation></message>
<message><source>Disc</source><translation>Disco</translation></message>
<message><source>Key</source><translation>Chave</translation></message>
<message><source>Tool</source><translation>Ferramenta</translation></message>
</context>
<context>
<name>Certificate</name>
<message><source>Host key of {host}</source><translation>Chave de {host}</translation></message>
<message><source>Certificate of {host}</source><translation>Certificado de {host}</translation></message>
<message><source>Trust this key</source><translation>Confiar nesta chave</translation></message>
<message><source>Trust this certificate</source><translation>Confiar neste certificado</translation></message>
<message><source>It is another key than the one known before. Either the server was set up anew, or somebody stands between you and it. Trust it only if whoever runs the server tells you the same fingerprint.</source><translation>Não é a chave conhecida até agora. Ou o servidor foi reinstalado, ou alguém está entre você e ele. Confie nela só se quem administra o servidor informar a mesma impressão digital.</translation></message>
<message><source>It is not known yet, and somebody may stand between you and the server. Trust it only if whoever runs the server tells you the same fingerprint; then no other key is accepted there.</source><translation>Ela ainda não é conhecida, e alguém pode estar entre você e o servidor. Confie nela só se quem administra o servidor informar a mesma impressão digital; então nenhuma outra chave é aceita lá.</translation></message>
<message><source>It is not trusted: {why}. Somebody may stand between you and the server. Trust it only if you know the server and its fingerprint; then no other certificate is accepted there.</source><translation>Não é confiável: {why}. Alguém pode estar entre você e o servidor. Confie só se conhecer o servidor e sua impressão digital; então nenhum outro certificado é aceito lá.</translation></message>
<message><source>The server is asked for it…</source><translation>O servidor está sendo consultado…</translation></message>
<message><source>Kind: {kind}</source><translation>Tipo: {kind}</translation></message>
<message><source>Issued to: {name}</source><translation>Emitido para: {name}</translation></message>
<message><source>Issued by: {name}</source><translation>Emitido por: {name}</translation></message>
<message><source>Valid: {first} to {last}</source><translation>Válido: de {first} a {last}</translation></message>
<message><source>SHA-256: {digest}</source><translation>SHA-256: {digest}</translation></message>
</context>
<context>
<name>Commands</name>
<message><source>Undo</source><translation>Desfazer</translation></message>
<message><source>Removed {what}</source><translation>{what} fora da lista</translation></message>
<message><source>Moved {what} to the trash</source><translation>{what} na lixeira</translation></message>
<message><source>Deleted {what}</source><translation>Exclusão concluída: {what}</translation></message>
<message><source>Too many at once. Choose at most {count}.</source><translation>Itens demais de uma vez. Escolha no máximo {count}.</translation></message>
<message><source>{name} is a program, so it is shown rather than started</source><translation>{name} é um programa; por isso foi mostrado na pasta, não executado</translation></message>
<message numerus="yes"><source>Copied %Ln address(es)</source><translation><numerusform>%Ln endereço copiado</numerusform><numerusform>%Ln endereços copiados</numerusform></translation></message>
<message><source>{name} is no longer in {folder}</source><translation>{name} não está mais em {folder}</translation></message>
<message><source>{name} could not be opened: no program for it was found</source><translation>Não foi possível abrir {name}: nenhum programa encontrado para isso</translation></message>
</context>
<context>
<name>Cookies</name>
<message><source>Out of a browser, now and this once</source><translation>De um navegador, agora e só desta vez</translation></message>
<message><source>Pasted</source><translation>Colados</translation></message>
<message><source>Out of a cookies.txt, read again whenever needed</source><translation>De um cookies.txt, relido sempre que preciso</translation></message>
<message><source>None but those of the settings</source><translation>Nenhum além dos das configurações</translation></message>
<message><source>There is no browser here whose cookies can be read.</source><translation>Não há aqui nenhum navegador cujos cookies possam ser lidos.</translation></message>
<message><source>The cookies of {browser} cannot be read.</source><translation>Os cookies do {browser} não podem ser lidos.</translation></message>
<message><source>The cookies of {browser} are encrypted. Install what deciphers them: {command}</source><translation>Os cookies do {browser} são cifrados. Instale o que os decifra: {command}</translation></message>
<message><source>The system's keyring does not give the key to the cookies of {browser}.</source><translation>O chaveiro do sistema não fornece a chave dos cookies do {browser}.</translation></message>
<message><source>On Windows {browser} seals its cookies so that no other program can read them. Use Firefox, the extension for browsers, or a cookies.txt.</source><translation>No Windows, o {browser} lacra os cookies para que nenhum outro programa possa lê-los. Use o Firefox, a extensão para navegadores ou um cookies.txt.</translation></message>
<message><source>Cookies</source><translation>Cookies</translation></message>
<message><source>Use</source><translation>Usar</translation></message>
<message><source>&amp;Where they come from</source><translation>&amp;De onde vêm</translation></message>
<message><source>Browser and profile</source><translation>Navegador e perfil</translation></message>
<message><source>&amp;Look for cookies of {site}</source><translation>&amp;Procurar cookies de {site}</translation></message>
<message><source>Cookie: name=value; … or the text of a cookies.txt</source><translation>Cookie: nome=valor; … ou o texto de um cookies.txt</translation></message>
<message><source>File</source><translation>Arquivo</translation></message>
<message><source>&amp;Choose a file…</source><translation>&amp;Escolher um arquivo…</translation></message>
<message><source>&amp;Keep them in the system's keyring</source><translation>&amp;Guardá-los no chaveiro do sistema</translation></message>
<message><source>No browser was found</source><translation>Nenhum navegador encontrado</translation></message>
<message><source>Look for cookies first; nothing is taken unseen.</source><translation>Procure os cookies primeiro; nada é usado sem ser mostrado.</translation></message>
<message><source>Write them as name=value; name=value, or paste the text of a cookies.txt.</source><translation>Escreva-os como nome=valor; nome=valor, ou cole o texto de um cookies.txt.</translation></message>
<message><source>Name the file in full, or choose it.</source><translation>Informe o caminho completo do arquivo ou escolha-o.</translation></message>
<message><source>This is not a cookies.txt that can be read.</source><translation>Este não é um cookies.txt que possa ser lido.</translation></message>
<message><source>{browser} has no cookies for {site}. Log in there first.</source><translation>O {browser} não tem cookies de {site}. Faça login lá primeiro.</translation></message>
<message><source>Choose…</source><translation>Escolher…</translation></message>
<message><source>Choose cookies</source><translation>Escolher cookies</translation></message>
<message><source>For these downloads alone. Each cookie goes to the site it belongs to, and is never stored in clear.</source><translation>Só para estes downloads. Cada cookie vai ao site a que pertence e nunca é guardado sem cifra.</translation></message>
<message><source>None of its own</source><translation>Nenhum próprio</translation></message>
<message><source>Out of {file}</source><translation>De {file}</translation></message>
<message><source>Those of a pasted line</source><translation>Os de uma linha colada</translation></message>
<message><source>Given, in memory alone</source><translation>Fornecidos, só na memória</translation></message>
<message><source>Kept in the system's keyring</source><translation>Guardados no chaveiro do sistema</translation></message>
<message numerus="yes"><source>%Ln cookie(s) for {sites}</source><translation><numerusform>%Ln cookie para {sites}</numerusform><numerusform>%Ln cookies para {sites}</numerusform></translation></message>
</context>
<context>
<name>Copying</name>
<message><source>Addresses</source><translation>Endereços</translation></message>
<message><source>curl commands</source><translation>Comandos do curl</translation></message>
<message><source>wget commands</source><translation>Comandos do wget</translation></message>
<message><source>aria2 input file</source><translation>Arquivo de entrada do aria2</translation></message>
<message><source>JSON</source><translation>JSON</translation></message>
<message><source>Metalink</source><translation>Metalink</translation></message>
<message><source>Cop&amp;y as</source><translation>Cop&amp;iar como</translation></message>
<message numerus="yes"><source>Copied %Ln download(s)</source><translation><numerusform>%Ln download copiado</numerusform><numerusform>%Ln downloads copiados</numerusform></translation></message>
</context>
<context>
<name>Desktop</name>
<message><source>Downloads are running</source><translation>Downloads em andamento</translation></message>
<message numerus="yes"><source>%Ln download(s) finished</source><translation><numerusform>%Ln download concluído</numerusform><numerusform>%Ln downloads concluídos</numerusform></translation></message>
<message><source>{size} in {folder}</source><extracomment>Below the name of a finished download: its size and the name of its folder</extracomment><translation>{size} em {folder}</translation></message>
<message><source>Open</source><extracomment>Below the name of a finished download: its size and the name of its folder</extracomment><translation>Abrir</translation></message>
<message><source>Download finished</source><translation>Download concluído</translation></message>
<message><source>Try again</source><translation>Tentar novamente</translation></message>
<message><source>Download failed</source><translation>Falha no download</translation></message>
<message numerus="yes"><source>%Ln more download(s) failed</source><translation><numerusform>Mais %Ln download falhou</numerusform><numerusform>Mais %Ln downloads falharam</numerusform></translation></message>
<message numerus="yes"><source>%Ln download(s) failed</source><translation><numerusform>%Ln download falhou</numerusform><numerusform>%Ln downloads falharam</numerusform></translation></message>
<message><source>Try all again</source><translation>Tentar todos novamente</translation></message>
<message><source>Headrace goes on in the tray</source><translation>O Headrace continua na bandeja</translation></message>
<message><source>Downloads continue. To end Headrace, choose Quit in the menu of its icon.</source><translation>Os downloads continuam. Para encerrar o Headrace, escolha Sair no menu do ícone.</translation></message>
<message><source>Show in folder</source><translation>Mostrar na pasta</translation></message>
<message numerus="yes"><source>and %Ln more</source><translation><numerusform>e mais %Ln</numerusform><numerusform>e mais %Ln</numerusform></translation></message>
<message><source>Hide Headrace</source><translation>Ocultar o Headrace</translation></message>
<message><source>Show Headrace</source><translation>Mostrar o Headrace</translation></message>
<message><source>Speed limit</source><translation>Limite de velocidade</translation></message>
<message numerus="yes"><source>%Ln active</source><translation><numerusform>%Ln ativo</numerusform><numerusform>%Ln ativos</numerusform></translation></message>
<message numerus="yes"><source>%Ln waiting</source><translation><numerusform>%Ln em espera</numerusform><numerusform>%Ln em espera</numerusform></translation></message>
<message><source>Nothing to do</source><translation>Nada em andamento</translation></message>
<message><source>Headrace: {percent}</source><extracomment>The program's name and how much of everything that runs is there, such as "Headrace: 62 %"</extracomment><translation>Headrace: {percent}</translation></message>
<message><source>Headrace is ready. Paste an address with Ctrl+V, drop links here, or press Add.</source><translation>O Headrace está pronto. Cole um endereço com Ctrl+V, solte links aqui ou clique em Adicionar.</translation></message>
<message><source>Watch the clipboard for links</source><translation>Monitorar links na área de transferência</translation></message>
<message><source>Close this message</source><translation>Fechar esta mensagem</translation></message>
<message><source>Close</source><translation>Fechar</translation></message>
</context>
<context>
<name>Details</name>
<message><source>Map of the file</source><translation>Mapa do arquivo</translation></message>
<message numerus="yes"><source>%Ln block(s)</source><translation><numerusform>%Ln bloco</numerusform><numerusform>%Ln blocos</numerusform></translation></message>
<message numerus="yes"><source>%Ln verified on disk</source><translation><numerusform>%Ln verificado no disco</numerusform><numerusform>%Ln verificados no disco</numerusform></translation></message>
<message numerus="yes"><source>%Ln on disk</source><translation><numerusform>%Ln no disco</numerusform><numerusform>%Ln no disco</numerusform></translation></message>
<message numerus="yes"><source>%Ln arriving</source><translation><numerusform>%Ln chegando</numerusform><numerusform>%Ln chegando</numerusform></translation></message>
<message numerus="yes"><source>%Ln missing</source><translation><numerusform>%Ln faltando</numerusform><numerusform>%Ln faltando</numerusform></translation></message>
<message><source>Block {number} of {total}</source><translation>Bloco {number} de {total}</translation></message>
<message><source>Blocks {first} to {last} of {total}</source><translation>Blocos {first} a {last} de {total}</translation></message>
<message><source>Verified on disk</source><translation>Verificado no disco</translation></message>
<message><source>Missing</source><translation>Faltando</translation></message>
<message><source>{size} verified</source><translation>{size} verificados</translation></message>
<message><source>{size} on disk</source><translation>{size} no disco</translation></message>
<message><source>{size} missing</source><translation>{size} faltando</translation></message>
<message><source>arriving now</source><translation>chegando agora</translation></message>
<message><source>#</source><translation>#</translation></message>
<message><source>Host</source><translation>Host</translation></message>
<message><source>Part of the file</source><translation>Trecho do arquivo</translation></message>
<message><source>Arrived</source><translation>Recebido</translation></message>
<message><source>Speed</source><translation>Velocidade</translation></message>
<message><source>State</source><translation>Estado</translation></message>
<message><source>Connecting</source><translation>Conectando</translation></message>
<message><source>Waiting for an answer</source><translation>Aguardando resposta</translation></message>
<message><source>Receiving</source><translation>Recebendo</translation></message>
<message><source>Held back</source><translation>Contida</translation></message>
<message><source>Ending</source><translation>Encerrando</translation></message>
<message><source>from {start} on</source><extracomment>Part of a file without a known end</extracomment><translation>a partir de {start}</translation></message>
<message><source>{start} to {end}</source><extracomment>Part of a file without a known end</extracomment><translation>{start} a {end}</translation></message>
<message><source>Bytes from {start} on</source><translation>Bytes a partir de {start}</translation></message>
<message><source>Bytes {start} to {end}</source><translation>Bytes {start} a {end}</translation></message>
<message><source>Connection {number}</source><translation>Conexão {number}</translation></message>
<message><source>Connections</source><translation>Conexões</translation></message>
<message><source>No connections at the moment</source><translation>Nenhuma conexão no momento</translation></message>
<message><source>Copy</source><translation>Copiar</translation></message>
<message><source>Select all</source><translation>Selecionar tudo</translation></message>
<message><source>Overview</source><translation>Visão geral</translation></message>
<message><source>Log</source><translation>Registro</translation></message>
<message><source>Request</source><translation>Requisição</translation></message>
<message><source>Live</source><translation>Ao vivo</translation></message>
<message><source>Choose a download to see its details</source><translation>Escolha um download para ver os detalhes</translation></message>
<message><source>Details</source><translation>Detalhes</translation></message>
<message numerus="yes"><source>%Ln download(s) chosen</source><translation><numerusform>%Ln download selecionado</numerusform><numerusform>%Ln downloads selecionados</numerusform></translation></message>
<message><source>Move to the side</source><translation>Mover para a lateral</translation></message>
<message><source>Move to the bottom</source><translation>Mover para a parte de baixo</translation></message>
<message><source>Close details</source><translation>Fechar detalhes</translation></message>
<message><source>Copy address</source><translation>Copiar endereço</translation></message>
<message><source>Folder</source><translation>Pasta</translation></message>
<message><source>Added</source><translation>Adicionado</translation></message>
<message><source>Failed</source><translation>Falha</translation></message>
<message><source>Address</source><translation>Endereço</translation></message>
<message><source>Led to</source><translation>Endereço final</translation></message>
<message><source>Checksum</source><translation>Checksum</translation></message>
<message><source>{algorithm} does not match</source><translation>{algorithm} não confere</translation></message>
<message><source>None known</source><translation>Nenhum conhecido</translation></message>
<message><source>{algorithm} right, as given by you</source><translation>{algorithm} correto, informado por você</translation></message>
<message><source>{algorithm} right, piece by piece</source><translation>{algorithm} correto, parte por parte</translation></message>
<message><source>{algorithm} right, found in {source}</source><translation>{algorithm} correto, encontrado em {source}</translation></message>
<message><source>{algorithm} right</source><translation>{algorithm} correto</translation></message>
<message><source>{algorithm} expected, given by you</source><translation>{algorithm} esperado, informado por você</translation></message>
<message><source>{algorithm} expected, found in {source}</source><translation>{algorithm} esperado, encontrado em {source}</translation></message>
<message><source>{algorithm} expected</source><translation>{algorithm} esperado</translation></message>
<message><source>Size</source><translation>Tamanho</translation></message>
<message numerus="yes"><source>%Ln byte(s)</source><translation><numerusform>%Ln byte</numerusform><numerusform>%Ln bytes</numerusform></translation></message>
<message><source>Unknown, {size} so far</source><translation>Desconhecido, {size} até agora</translation></message>
<message><source>{total}, {received} of it here</source><translation>{total}, {received} já baixados</translation></message>
<message><source>{number} bytes</source><extracomment>A number of bytes above two thousand million</extracomment><translation>{number} bytes</translation></message>
<message><source>Type</source><translation>Tipo</translation></message>
<message><source>Version</source><translation>Versão</translation></message>
<message><source>Last changed</source><translation>Última alteração</translation></message>
<message><source>{tag} (strong)</source><translation>{tag} (forte)</translation></message>
<message><source>{tag} (weak)</source><translation>{tag} (fraca)</translation></message>
<message><source>The server names this very version: a resumed download is sure to fit</source><translation>O servidor identifica exatamente esta versão: é seguro retomar o download</translation></message>
<message><source>The server names no exact version: joins are compared byte by byte</source><translation>O servidor não identifica a versão: as emendas são comparadas byte a byte</translation></message>
<message numerus="yes"><source>%Ln further address(es)</source><translation><numerusform>Mais %Ln endereço</numerusform><numerusform>Mais %Ln endereços</numerusform></translation></message>
<message><source>Mirrors</source><translation>Espelhos</translation></message>
<message><source>{moment}, took {time}</source><translation>{moment}, levou {time}</translation></message>
<message><source>Finished</source><translation>Concluído</translation></message>
<message><source>Notes</source><translation>Observações</translation></message>
<message><source>Arriving</source><translation>Chegando</translation></message>
<message><source>On disk</source><translation>No disco</translation></message>
<message><source>Verified</source><translation>Verificado</translation></message>
<message><source>What happened to the download</source><translation>O que aconteceu com o download</translation></message>
<message><source>Copy all</source><translation>Copiar tudo</translation></message>
<message><source>Copy the whole log</source><translation>Copiar o registro inteiro</translation></message>
<message numerus="yes"><source>%Ln entry(ies)</source><translation><numerusform>%Ln entrada</numerusform><numerusform>%Ln entradas</numerusform></translation></message>
<message><source>Choose a download to see what happened to it</source><translation>Escolha um download para ver o que aconteceu com ele</translation></message>
<message><source>Nothing is known of this download's past</source><translation>Não se sabe nada do passado deste download</translation></message>
<message><source>Speed, last {time}</source><translation>Velocidade, últimos {time}</translation></message>
<message><source>Speed, whole life</source><translation>Velocidade, do início ao fim</translation></message>
<message><source>average {speed}</source><translation>média de {speed}</translation></message>
<message><source>Requests and answers, the newest first</source><translation>Requisições e respostas, as mais recentes primeiro</translation></message>
<message><source>Headers of the request and of the answer</source><translation>Cabeçalhos da requisição e da resposta</translation></message>
<message><source>Copy as text</source><translation>Copiar como texto</translation></message>
<message><source>Copy this request and its answer as text</source><translation>Copiar esta requisição e sua resposta como texto</translation></message>
<message><source>Headers are kept while Headrace runs, never stored</source><translation>Os cabeçalhos ficam guardados só enquanto o Headrace está aberto, nunca em disco</translation></message>
<message><source>Choose a download to see what was asked and answered</source><translation>Escolha um download para ver o que foi pedido e respondido</translation></message>
<message><source>Nothing has been asked since Headrace was started</source><translation>Nada foi pedido desde que o Headrace foi aberto</translation></message>
<message><source>No answer yet</source><translation>Ainda sem resposta</translation></message>
<message><source>Speed, last minute</source><translation>Velocidade, último minuto</translation></message>
<message><source>Nothing measured yet</source><translation>Nada medido ainda</translation></message>
<message><source>Whole life</source><translation>Tudo</translation></message>
<message><source>Span of the graph</source><translation>Período do gráfico</translation></message>
<message><source>Graph of the speed</source><translation>Gráfico da velocidade</translation></message>
<message><source>Average</source><translation>Média</translation></message>
<message><source>Top</source><translation>Pico</translation></message>
<message><source>Received</source><translation>Recebido</translation></message>
<message><source>Time active</source><translation>Tempo ativo</translation></message>
<message><source>Limit</source><translation>Limite</translation></message>
<message><source>limit {speed}</source><translation>limite de {speed}</translation></message>
<message><source>limit for all {speed}</source><translation>limite geral de {speed}</translation></message>
<message><source>{seconds} s</source><translation>{seconds} s</translation></message>
<message><source>{minutes} min</source><translation>{minutes} min</translation></message>
<message><source>{hours} h</source><translation>{hours} h</translation></message>
<message><source>{days} d</source><extracomment>A number of days, shortest form</extracomment><translation>{days} d</translation></message>
<message><source>now</source><translation>agora</translation></message>
<message><source>end</source><translation>fim</translation></message>
<message><source>nothing</source><translation>nada</translation></message>
<message><source>after {time}</source><translation>após {time}</translation></message>
<message><source>{time} before the end</source><translation>{time} antes do fim</translation></message>
<message><source>{time} ago</source><translation>há {time}</translation></message>
<message><source>{limit}, its own</source><translation>{limit}, o próprio</translation></message>
<message><source>{limit}, of its queue</source><translation>{limit}, o da fila</translation></message>
<message><source>{limit}, of all downloads</source><translation>{limit}, o de todos os downloads</translation></message>
<message><source>{limit}, to leave others room</source><translation>{limit}, para deixar espaço para os outros</translation></message>
<message><source>{limit}, while it is quiet</source><translation>{limit}, o limite silencioso</translation></message>
<message><source>Together</source><translation>Total</translation></message>
<message><source>Progress</source><translation>Progresso</translation></message>
<message><source>Size unknown</source><translation>Tamanho desconhecido</translation></message>
</context>
<context>
<name>Dialogs</name>
<message><source>Cancel</source><translation>Cancelar</translation></message>
</context>
<context>
<name>Done</name>
<message><source>Do nothing</source><translation>Não fazer nada</translation></message>
<message><source>Sleep</source><translation>Suspender</translation></message>
<message><source>Hibernate</source><translation>Hibernar</translation></message>
<message><source>Shut down</source><translation>Desligar</translation></message>
<message><source>Restart</source><translation>Reiniciar</translation></message>
<message><source>Log out</source><translation>Encerrar a sessão</translation></message>
<message><source>Quit Headrace</source><translation>Encerrar o Headrace</translation></message>
<message numerus="yes"><source>The computer goes to sleep in %Ln second(s).</source><translation><numerusform>O computador será suspenso em %Ln segundo.</numerusform><numerusform>O computador será suspenso em %Ln segundos.</numerusform></translation></message>
<message numerus="yes"><source>The computer hibernates in %Ln second(s).</source><translation><numerusform>O computador vai hibernar em %Ln segundo.</numerusform><numerusform>O computador vai hibernar em %Ln segundos.</numerusform></translation></message>
<message numerus="yes"><source>The computer shuts down in %Ln second(s).</source><translation><numerusform>O computador será desligado em %Ln segundo.</numerusform><numerusform>O computador será desligado em %Ln segundos.</numerusform></translation></message>
<message numerus="yes"><source>The computer restarts in %Ln second(s).</source><translation><numerusform>O computador será reiniciado em %Ln segundo.</numerusform><numerusform>O computador será reiniciado em %Ln segundos.</numerusform></translation></message>
<message numerus="yes"><source>You are logged out in %Ln second(s).</source><translation><numerusform>Sua sessão será encerrada em %Ln segundo.</numerusform><numerusform>Sua sessão será encerrada em %Ln segundos.</numerusform></translation></message>
<message numerus="yes"><source>Headrace quits in %Ln second(s).</source><translation><numerusform>O Headrace será encerrado em %Ln segundo.</numerusform><numerusform>O Headrace será encerrado em %Ln segundos.</numerusform></translation></message>
<message><source>“{deed}” was refused by the system: {why}</source><translation>O sistema recusou “{deed}”: {why}</translation></message>
<message><source>Stop</source><translation>Parar</translation></message>
<message><source>All downloads are done</source><translation>Todos os downloads terminaram</translation></message>
<message><source>Nothing happens any more.</source><translation>Nada mais vai acontecer.</translation></message>
<message><source>{deed} now</source><translation>{deed} agora</translation></message>
</context>
<context>
<name>Failures</name>
<message><source>The address is not valid</source><translation>O endereço não é válido</translation></message>
<message><source>Copy it again from where you found it</source><translation>Copie-o de novo de onde o encontrou</translation></message>
<message><source>Server name not found</source><translation>Nome do servidor não encontrado</translation></message>
<message><source>Check the address and your connection</source><translation>Verifique o endereço e sua conexão</translation></message>
<message><source>Server cannot be reached</source><translation>Servidor inacessível</translation></message>
<message><source>Check your connection, or resume later</source><translation>Verifique sua conexão ou retome mais tarde</translation></message>
<message><source>Server did not answer in time</source><translation>O servidor não respondeu a tempo</translation></message>
<message><source>Resume later</source><translation>Retome mais tarde</translation></message>
<message><source>Connection lost</source><translation>Conexão perdida</translation></message>
<message><source>Resume to go on from here</source><translation>Retome para continuar deste ponto</translation></message>
<message><source>Server stopped sending</source><translation>O servidor parou de enviar</translation></message>
<message><source>Server could not prove who it is</source><translation>O servidor não conseguiu provar quem é</translation></message>
<message><source>Look at its certificate</source><translation>Veja o certificado dele</translation></message>
<message><source>There is no network</source><translation>Não há rede</translation></message>
<message><source>It goes on when there is one</source><translation>Continua assim que houver</translation></message>
<message><source>The chosen network is not there</source><translation>A rede escolhida não está lá</translation></message>
<message><source>Bring it back, or choose another in the settings</source><translation>Restabeleça-a ou escolha outra nas configurações</translation></message>
<message><source>Your certificate cannot be used here</source><translation>Seu certificado para este servidor não pode ser usado</translation></message>
<message><source>Choose another in the settings</source><translation>Escolha outro nas configurações</translation></message>
<message><source>An extra is missing for this kind of address</source><translation>Falta um extra para este tipo de endereço</translation></message>
<message><source>Install it, then resume</source><translation>Instale-o e depois retome</translation></message>
<message><source>Server's host key is not known yet</source><translation>A chave do servidor ainda não é conhecida</translation></message>
<message><source>Look at it, and trust it if it is the server's</source><translation>Veja a chave e confie nela se for a do servidor</translation></message>
<message><source>Server's host key has changed</source><translation>A chave do servidor mudou</translation></message>
<message><source>Ask who runs the server before you trust the new one</source><translation>Pergunte a quem administra o servidor antes de confiar na nova</translation></message>
<message><source>Secure connection failed</source><translation>Falha na conexão segura</translation></message>
<message><source>This is not a web server</source><translation>Isto não é um servidor web</translation></message>
<message><source>Check the address</source><translation>Verifique o endereço</translation></message>
<message><source>Server sends us round in circles</source><translation>O servidor redireciona em círculos</translation></message>
<message><source>Copy a fresh link</source><translation>Copie um link novo</translation></message>
<message><source>Server sends us to an unsafe address</source><translation>O servidor leva a um endereço não seguro</translation></message>
<message><source>Ask for a secure link</source><translation>Peça um link seguro</translation></message>
<message><source>File arrived cut short</source><translation>O arquivo chegou incompleto</translation></message>
<message><source>Resume to fetch the rest</source><translation>Retome para baixar o restante</translation></message>
<message><source>Server never finished its answer</source><translation>O servidor nunca concluiu a resposta</translation></message>
<message><source>Server sends next to nothing</source><translation>O servidor quase não envia dados</translation></message>
<message><source>Resume to try once more</source><translation>Retome para tentar mais uma vez</translation></message>
<message><source>Server leads into a private network</source><translation>O servidor leva a uma rede privada</translation></message>
<message><source>Allow it only if the private address is yours</source><translation>Permita somente se o endereço privado for seu</translation></message>
<message><source>Server has no such file</source><translation>O servidor não tem esse arquivo</translation></message>
<message><source>Access refused</source><translation>Acesso recusado</translation></message>
<message><source>File is gone from the server</source><translation>O arquivo não existe mais no servidor</translation></message>
<message><source>Look for another source</source><translation>Procure outra fonte</translation></message>
<message><source>Server asks for a login</source><translation>O servidor exige login</translation></message>
<message><source>Log in here, or with a browser</source><translation>Entre aqui ou com um navegador</translation></message>
<message><source>Proxy asks for a login</source><translation>O proxy exige login</translation></message>
<message><source>Log in here</source><translation>Entre aqui</translation></message>
<message><source>Windows login needed</source><translation>Login do Windows necessário</translation></message>
<message><source>Install what it needs, then log in</source><translation>Instale o que falta e depois entre</translation></message>
<message><source>No usable Kerberos ticket</source><translation>Nenhum tíquete Kerberos utilizável</translation></message>
<message><source>Get a ticket (kinit) and resume, or log in here</source><translation>Obtenha um tíquete (kinit) ou entre aqui</translation></message>
<message><source>Proxy cannot be reached</source><translation>O proxy não pode ser alcançado</translation></message>
<message><source>Check your proxy settings</source><translation>Verifique as configurações de proxy</translation></message>
<message><source>Proxy does not let this address through</source><translation>O proxy não deixa passar este endereço</translation></message>
<message><source>Server asked us to wait</source><translation>O servidor pediu para esperar</translation></message>
<message><source>Server is too busy</source><translation>O servidor está ocupado demais</translation></message>
<message><source>Server has a fault</source><translation>Erro no servidor</translation></message>
<message><source>Server refuses the request</source><translation>O servidor recusa a requisição</translation></message>
<message><source>Server sent no file</source><translation>O servidor não enviou nenhum arquivo</translation></message>
<message><source>Server does not go on where we stopped</source><translation>O servidor não continua de onde parou</translation></message>
<message><source>Server's answer makes no sense</source><translation>A resposta do servidor não faz sentido</translation></message>
<message><source>A web page came instead of the file</source><translation>Veio uma página web em vez do arquivo</translation></message>
<message><source>Log in with a browser, or copy a fresh link</source><translation>Faça login em um navegador ou copie um link novo</translation></message>
<message><source>It unpacks to far too much</source><translation>O conteúdo descompactado é grande demais</translation></message>
<message><source>Allow it only if you trust the server</source><translation>Permita somente se confiar no servidor</translation></message>
<message><source>Content ends before its own end</source><translation>O conteúdo termina antes do fim</translation></message>
<message><source>Resume to fetch it anew</source><translation>Retome para baixar tudo de novo</translation></message>
<message><source>Disk is full</source><translation>O disco está cheio</translation></message>
<message><source>Free space, then resume</source><translation>Libere espaço e retome</translation></message>
<message><source>Folder may not be written to</source><translation>Sem permissão para gravar na pasta</translation></message>
<message><source>Choose another folder</source><translation>Escolha outra pasta</translation></message>
<message><source>Folder is missing</source><translation>A pasta não existe</translation></message>
<message><source>Bring it back, then resume</source><translation>Restaure a pasta e retome</translation></message>
<message><source>A file of that name is there already</source><translation>Já existe um arquivo com esse nome</translation></message>
<message><source>Move it away, then resume</source><translation>Mova esse arquivo e retome</translation></message>
<message><source>Disk reports an error</source><translation>O disco informou um erro</translation></message>
<message><source>Check the disk, then resume</source><translation>Verifique o disco e retome</translation></message>
<message><source>Unfinished file was changed</source><translation>O arquivo incompleto foi alterado</translation></message>
<message><source>File is too large for this disk</source><translation>O arquivo é grande demais para este disco</translation></message>
<message><source>Choose another disk</source><translation>Escolha outro disco</translation></message>
<message><source>The disk of the unfinished file is gone</source><translation>O disco do arquivo incompleto sumiu</translation></message>
<message><source>File cannot be moved to the trash</source><translation>Não é possível mover o arquivo para a lixeira</translation></message>
<message><source>It stays where it is; delete it by hand</source><translation>Ele fica onde está; exclua-o manualmente</translation></message>
<message><source>The list of downloads was damaged</source><translation>A lista de downloads estava danificada</translation></message>
<message><source>An earlier copy is used; the damaged one is kept</source><translation>Uma cópia anterior é usada; a danificada é mantida</translation></message>
<message><source>Too many files are open</source><translation>Há arquivos demais abertos</translation></message>
<message><source>Resume when other downloads are done</source><translation>Retome quando outros downloads terminarem</translation></message>
<message><source>Checksum does not match</source><translation>O checksum não confere</translation></message>
<message><source>Do not trust it; look for another source</source><translation>Não confie no arquivo; procure outra fonte</translation></message>
<message><source>Size is not what the server said</source><translation>O tamanho não é o que o servidor informou</translation></message>
<message><source>Its addresses lead to different files</source><translation>Os endereços levam a arquivos diferentes</translation></message>
<message><source>Keep the one you trust</source><translation>Mantenha o endereço em que você confia</translation></message>
<message><source>The other program's file cannot be continued</source><translation>O arquivo do outro programa não pode ser continuado</translation></message>
<message><source>Resume to fetch all of it; that file stays where it is</source><translation>Retome para baixar tudo; aquele arquivo fica onde está</translation></message>
<message><source>Another program still writes to the file</source><translation>Outro programa ainda grava no arquivo</translation></message>
<message><source>End the download there, then resume</source><translation>Termine o download lá e depois retome</translation></message>
<message><source>Headrace made a mistake</source><translation>O Headrace cometeu um erro</translation></message>
<message><source>Resume to try again, and please report it</source><translation>Retome para tentar novamente e relate o problema</translation></message>
<message><source>Its login or headers are no longer known</source><translation>O login ou os cabeçalhos não são mais conhecidos</translation></message>
<message><source>Add it again with them</source><translation>Adicione o download de novo com eles</translation></message>
<message><source>Its cookies are no longer known</source><translation>Seus cookies não são mais conhecidos</translation></message>
<message><source>Give them again, then it goes on</source><translation>Forneça-os de novo e ele continua</translation></message>
</context>
<context>
<name>Folder</name>
<message><source>Folder to save to</source><translation>Pasta de destino</translation></message>
<message><source>As the rules say</source><translation>Conforme as regras</translation></message>
<message><source>Other folders</source><translation>Outras pastas</translation></message>
<message><source>Other folders (Alt+Down)</source><translation>Outras pastas (Alt+Seta para baixo)</translation></message>
<message><source>Browse…</source><translation>Procurar…</translation></message>
<message><source>Write a whole path</source><translation>Escreva um caminho completo</translation></message>
<message><source>{size} too little room</source><translation>faltam {size}</translation></message>
<message><source>{size} free</source><translation>{size} livres</translation></message>
<message><source>will be made · {size} free</source><translation>será criada · {size} livres</translation></message>
<message><source>Save downloads to</source><translation>Salvar downloads em</translation></message>
</context>
<context>
<name>HandOver</name>
<message><source>Magnet links are for a torrent client</source><translation>Links magnet são para um cliente de torrent</translation></message>
<message><source>Open there</source><translation>Abrir nele</translation></message>
<message><source>The system has no program for magnet links</source><translation>O sistema não tem nenhum programa para links magnet</translation></message>
<message><source>This page needs yt-dlp, which is not installed. Install it and try again.</source><translation>Esta página precisa do yt-dlp, que não está instalado. Instale-o e tente de novo.</translation></message>
<message><source>yt-dlp fetches it to {folder}; Headrace does not follow how far it is</source><translation>O yt-dlp baixa para {folder}; o Headrace não acompanha o andamento</translation></message>
<message><source>yt-dlp could not be started</source><translation>Não foi possível iniciar o yt-dlp</translation></message>
</context>
<context>
<name>History</name>
<message><source>Clear history</source><translation>Limpar o histórico</translation></message>
<message><source>Clear</source><translation>Limpar</translation></message>
<message><source>What is cleared cannot be brought back. Files and the list stay, and so does how much came on which day.</source><translation>O que é limpo não pode ser recuperado. Os arquivos e a lista ficam, e também quanto chegou em cada dia.</translation></message>
<message><source>&amp;What</source><translation>O &amp;quê</translation></message>
<message numerus="yes"><source>What is older than %Ln day(s)</source><translation><numerusform>O que tem mais de %Ln dia</numerusform><numerusform>O que tem mais de %Ln dias</numerusform></translation></message>
<message><source>All from {host}</source><translation>Tudo de {host}</translation></message>
<message><source>All of it</source><translation>Tudo</translation></message>
<message><source>How much came</source><translation>Quanto chegou</translation></message>
<message><source>at most {size}</source><translation>no máximo {size}</translation></message>
<message numerus="yes"><source>%Ln file(s) finished</source><translation><numerusform>%Ln arquivo concluído</numerusform><numerusform>%Ln arquivos concluídos</numerusform></translation></message>
<message><source>Days</source><translation>Dias</translation></message>
<message><source>Weeks</source><translation>Semanas</translation></message>
<message><source>Months</source><translation>Meses</translation></message>
<message><source>Hosts</source><translation>Servidores</translation></message>
<message><source>Files</source><translation>Arquivos</translation></message>
<message><source>Size</source><translation>Tamanho</translation></message>
<message><source>Average speed</source><translation>Velocidade média</translation></message>
<message><source>Figures</source><translation>Números</translation></message>
<message numerus="yes"><source>%Ln download(s) forgotten</source><translation><numerusform>%Ln download esquecido</numerusform><numerusform>%Ln downloads esquecidos</numerusform></translation></message>
<message><source>The history stays as it is: {why}</source><translation>O histórico fica como está: {why}</translation></message>
<message><source>Export the history</source><translation>Exportar o histórico</translation></message>
<message><source>Table (*.csv)</source><translation>Tabela (*.csv)</translation></message>
<message><source>JSON (*.json)</source><translation>JSON (*.json)</translation></message>
<message><source>The history is in {name}</source><translation>O histórico está em {name}</translation></message>
<message><source>History</source><translation>Histórico</translation></message>
<message><source>Downloads</source><translation>Downloads</translation></message>
<message><source>&amp;Download again</source><translation>&amp;Baixar novamente</translation></message>
<message><source>&amp;More</source><translation>&amp;Mais</translation></message>
<message><source>All</source><translation>Todas</translation></message>
<message><source>Finished</source><translation>Concluído</translation></message>
<message><source>Failed</source><translation>Falhou</translation></message>
<message><source>Removed unfinished</source><translation>Removido sem concluir</translation></message>
<message><source>How it ended</source><translation>Resultado</translation></message>
<message><source>Nothing that was remembered is like that</source><translation>Nada no histórico corresponde a isso</translation></message>
<message><source>Nothing is remembered: the settings say so, page “Downloads”</source><translation>Nada é lembrado: assim dizem as configurações, página “Downloads”</translation></message>
<message><source>Nothing has ended yet. What finishes or fails will be found here.</source><translation>Nada terminou ainda. O que for concluído ou falhar aparecerá aqui.</translation></message>
<message><source>A part of the address was secret and is not kept</source><translation>Uma parte do endereço era secreta e não é guardada</translation></message>
<message><source>&amp;Open</source><translation>&amp;Abrir</translation></message>
<message><source>Show in &amp;folder</source><translation>Mostrar na &amp;pasta</translation></message>
<message><source>&amp;Copy address</source><translation>&amp;Copiar endereço</translation></message>
<message><source>Find all from this &amp;host</source><translation>Procurar tudo deste &amp;servidor</translation></message>
<message><source>D&amp;elete from history</source><translation>&amp;Excluir do histórico</translation></message>
<message><source>&amp;Export…</source><translation>&amp;Exportar…</translation></message>
<message><source>&amp;Clear history…</source><translation>&amp;Limpar o histórico…</translation></message>
<message><source>Name</source><translation>Nome</translation></message>
<message><source>Ended</source><translation>Término</translation></message>
<message><source>Speed</source><translation>Velocidade</translation></message>
<message><source>Host</source><translation>Servidor</translation></message>
<message><source>Redirected to {host}</source><translation>Redirecionado para {host}</translation></message>
<message><source>{size} in {time}</source><translation>{size} em {time}</translation></message>
<message><source>Proven by {checksum}</source><translation>Comprovado por {checksum}</translation></message>
<message><source>{speed} on average</source><translation>{speed} em média</translation></message>
<message><source>Week from {day}</source><translation>Semana de {day}</translation></message>
</context>
<context>
<name>Hosts</name>
<message><source>As usual</source><translation>Como de costume</translation></message>
<message><source>Text of your own</source><translation>Texto próprio</translation></message>
<message><source>User agent</source><translation>Agente do usuário</translation></message>
<message><source>Text of the user agent</source><translation>Texto do agente do usuário</translation></message>
<message><source>Nothing was learnt of it yet.</source><translation>Nada foi aprendido sobre ele ainda.</translation></message>
<message><source>Forget</source><translation>Esquecer</translation></message>
<message><source>Forget what was learnt</source><translation>Esquecer o aprendido</translation></message>
<message><source>Log in…</source><translation>Entrar…</translation></message>
<message><source>Forget the login</source><translation>Esquecer o login</translation></message>
<message><source>Logins belong to single hosts; there is none for all below one.</source><translation>Logins pertencem a um único host; não há um para todos os que ficam abaixo dele.</translation></message>
<message><source>No login for {place}.</source><translation>Nenhum login para {place}.</translation></message>
<message><source>A token for {place} is there.</source><translation>Há um token para {place}.</translation></message>
<message><source>Logged in at {place} as {user}.</source><translation>Conectado a {place} como {user}.</translation></message>
<message><source>The keyring did not forget the login.</source><translation>O chaveiro não esqueceu o login.</translation></message>
<message><source>Host</source><translation>Servidor</translation></message>
<message><source>Rule</source><translation>Regra</translation></message>
<message><source>Learnt</source><translation>Aprendido</translation></message>
<message><source>Last seen</source><translation>Visto por último</translation></message>
<message><source>nothing</source><translation>nada</translation></message>
<message><source>Rules for a host</source><translation>Regras de um host</translation></message>
<message><source>Apply</source><translation>Aplicar</translation></message>
<message><source>As in the settings</source><translation>Como nas configurações</translation></message>
<message><source>No limit</source><translation>Sem limite</translation></message>
<message><source>None</source><translation>Nenhuma</translation></message>
<message><source> s</source><translation> s</translation></message>
<message><source>&amp;Host</source><translation>&amp;Host</translation></message>
<message><source>&amp;Connections in all, at most</source><translation>&amp;Conexões ao todo, máx.</translation></message>
<message><source>Of &amp;one download, at most</source><translation>P&amp;or download, máx.</translation></message>
<message><source>Speed &amp;limit in all</source><translation>&amp;Limite de velocidade total</translation></message>
<message><source>&amp;Pause between requests</source><translation>&amp;Pausa entre requisições</translation></message>
<message><source>&amp;User agent</source><translation>Agente do &amp;usuário</translation></message>
<message><source>Lo&amp;gging in</source><translation>Lo&amp;gin</translation></message>
<message><source>Further request h&amp;eaders, one a line</source><translation>Outros cab&amp;eçalhos da requisição, um por linha</translation></message>
<message><source>&amp;Referrer, the page links are on</source><translation>&amp;Referenciador, a página dos links</translation></message>
<message><source>Pro&amp;xy</source><translation>Pro&amp;xy</translation></message>
<message><source>&amp;Fetch files from the beginning only, without ranges</source><translation>Buscar arquivos só &amp;a partir do início, sem intervalos</translation></message>
<message><source>Ask by HTTP/&amp;2, all requests over one connection</source><translation>Pedir por HTTP/&amp;2, todas as requisições por uma só conexão</translation></message>
<message><source>*.example.org holds for all hosts below example.org as well.</source><translation>*.example.org vale também para todos os hosts abaixo de example.org.</translation></message>
<message><source>HTTP/2 needs an extra: {command}</source><translation>HTTP/2 precisa de um complemento: {command}</translation></message>
<message><source>There is a rule for {host} already.</source><translation>Já existe uma regra para {host}.</translation></message>
<message><source>Write a host such as example.org, *.example.org or nas.lan:8080.</source><translation>Escreva um host como example.org, *.example.org ou nas.lan:8080.</translation></message>
<message><source>A user agent is one line of plain letters.</source><translation>Um agente do usuário é uma linha de caracteres simples.</translation></message>
<message><source>Write the referrer as https://example.org/page, without a login.</source><translation>Escreva o referenciador como https://example.org/page, sem login.</translation></message>
<message><source>This value cannot be used.</source><translation>Este valor não pode ser usado.</translation></message>
<message><source>{name} may carry a secret, and rules are kept in clear. Logins belong to “Log in…”, cookies to the cookies.txt of the settings, others to the headers of a download.</source><translation>{name} pode conter um segredo, e as regras são guardadas sem criptografia. Logins ficam em “Entrar…”, cookies no cookies.txt das configurações, o resto nos cabeçalhos de um download.</translation></message>
<message><source>Hosts</source><translation>Servidores</translation></message>
<message><source>No host has a rule, and nothing was learnt of any yet</source><translation>Nenhum host tem uma regra, e nada foi aprendido sobre nenhum ainda</translation></message>
<message><source>No host is found</source><translation>Nenhum host encontrado</translation></message>
<message><source>Search hosts</source><translation>Pesquisar hosts</translation></message>
<message><source>What you want of single servers, and what was learnt of them. The most specific rule holds.</source><translation>O que você quer de cada servidor e o que foi aprendido sobre ele. Vale a regra mais específica.</translation></message>
<message><source>&amp;Add rule…</source><translation>&amp;Adicionar regra…</translation></message>
<message><source>&amp;Edit rule…</source><translation>&amp;Editar regra…</translation></message>
<message><source>&amp;Remove rule</source><translation>&amp;Remover regra</translation></message>
<message><source>&amp;Forget what was learnt</source><translation>Es&amp;quecer o aprendido</translation></message>
<message><source>Forget a&amp;ll of it</source><translation>Esquecer &amp;tudo</translation></message>
<message><source>Close</source><translation>Fechar</translation></message>
<message><source>Undo</source><translation>Desfazer</translation></message>
<message><source>The rule for {host} is removed.</source><translation>A regra para {host} foi removida.</translation></message>
<message><source>What was learnt of {host} is forgotten.</source><translation>O que foi aprendido sobre {host} foi esquecido.</translation></message>
<message numerus="yes"><source>What was learnt of %Ln host(s) is forgotten.</source><translation><numerusform>O que foi aprendido sobre %Ln host foi esquecido.</numerusform><numerusform>O que foi aprendido sobre %Ln hosts foi esquecido.</numerusform></translation></message>
<message><source>directly</source><translation>diretamente</translation></message>
<message><source>as the system does</source><translation>como o sistema</translation></message>
<message><source>as the environment says</source><translation>como diz o ambiente</translation></message>
<message><source>By my Kerberos ticket</source><translation>Com meu tíquete Kerberos</translation></message>
<message><source>By password, readably (Basic)</source><translation>Com senha, legível (Basic)</translation></message>
<message><source>Holds for {host} and all hosts below it, together.</source><translation>Vale para {host} e todos os hosts abaixo dele, em conjunto.</translation></message>
<message><source>Holds for {host} alone.</source><translation>Vale só para {host}.</translation></message>
<message><source>nothing special</source><translation>nada de especial</translation></message>
<message><source>as {host}</source><translation>como {host}</translation></message>
<message numerus="yes"><source>%Ln connection(s)</source><translation><numerusform>%Ln conexão</numerusform><numerusform>%Ln conexões</numerusform></translation></message>
<message numerus="yes"><source>%Ln per download</source><translation><numerusform>%Ln por download</numerusform><numerusform>%Ln por download</numerusform></translation></message>
<message><source>pause of {seconds} s</source><translation>pausa de {seconds} s</translation></message>
<message><source>referrer</source><translation>referenciador</translation></message>
<message numerus="yes"><source>%Ln header(s)</source><translation><numerusform>%Ln cabeçalho</numerusform><numerusform>%Ln cabeçalhos</numerusform></translation></message>
<message><source>by {proxy}</source><translation>por {proxy}</translation></message>
<message><source>no ranges</source><translation>sem intervalos</translation></message>
<message numerus="yes"><source>%Ln connection(s) helped a download</source><translation><numerusform>%Ln conexão ajudou um download</numerusform><numerusform>%Ln conexões ajudaram um download</numerusform></translation></message>
<message numerus="yes"><source>bore %Ln connection(s) when it refused more</source><translation><numerusform>aguentava %Ln conexão quando recusou mais</numerusform><numerusform>aguentava %Ln conexões quando recusou mais</numerusform></translation></message>
<message><source>its tags change although files do not</source><translation>suas etiquetas mudam embora os arquivos não</translation></message>
<message><source>answered a range wrongly ({when})</source><translation>respondeu errado a um intervalo ({when})</translation></message>
<message><source>asks to be left alone for {time}</source><translation>pede para não ser incomodado por {time}</translation></message>
<message><source>asked to be left alone until {when}</source><translation>pediu para não ser incomodado até {when}</translation></message>
</context>
<context>
<name>Hours</name>
<message><source>Hours of the week</source><translation>Horas da semana</translation></message>
<message><source>marked</source><translation>marcada</translation></message>
<message><source>not marked</source><translation>não marcada</translation></message>
</context>
<context>
<name>Limit</name>
<message><source>Speed limit</source><translation>Limite de velocidade</translation></message>
<message><source>Limit</source><translation>Limitar</translation></message>
<message><source>All downloads together take at most</source><translation>Máximo para todos os downloads juntos</translation></message>
<message><source>Speed limit in megabytes per second</source><translation>Limite de velocidade em megabytes por segundo</translation></message>
<message><source> MB/s</source><translation> MB/s</translation></message>
</context>
<context>
<name>List</name>
<message><source>High</source><translation>Alta</translation></message>
<message><source>Normal</source><translation>Normal</translation></message>
<message><source>Low</source><translation>Baixa</translation></message>
<message><source>Main queue</source><translation>Fila principal</translation></message>
<message><source>{checksum} verified</source><translation>{checksum} verificado</translation></message>
<message><source>{checksum} expected</source><translation>{checksum} esperado</translation></message>
<message><source>Name</source><translation>Nome</translation></message>
<message><source>Progress</source><translation>Progresso</translation></message>
<message><source>Size</source><translation>Tamanho</translation></message>
<message><source>Speed</source><translation>Velocidade</translation></message>
<message><source>Time left</source><translation>Restante</translation></message>
<message><source>Added</source><translation>Adicionado</translation></message>
<message><source>Finished</source><translation>Concluído</translation></message>
<message><source>Host</source><translation>Host</translation></message>
<message><source>Folder</source><translation>Pasta</translation></message>
<message><source>Category</source><translation>Categoria</translation></message>
<message><source>Queue</source><translation>Fila</translation></message>
<message><source>Priority</source><translation>Prioridade</translation></message>
<message><source>Average speed</source><translation>Velocidade média</translation></message>
<message><source>Connections</source><translation>Conexões</translation></message>
<message><source>Checksum</source><translation>Checksum</translation></message>
<message><source>Limit</source><translation>Limite</translation></message>
<message><source>{first}. {second}</source><extracomment>The two lines of the empty list, for screen readers</extracomment><translation>{first}. {second}</translation></message>
<message><source>Which downloads to show</source><translation>Quais downloads mostrar</translation></message>
<message><source>Release queue</source><translation>Liberar fila</translation></message>
<message><source>Hold queue</source><translation>Suspender fila</translation></message>
<message><source>Queue options…</source><translation>Opções da fila…</translation></message>
<message><source>Rename queue…</source><translation>Renomear fila…</translation></message>
<message><source>Remove queue</source><translation>Remover fila</translation></message>
<message><source>Change categories…</source><translation>Alterar as categorias…</translation></message>
<message><source>Add queue…</source><translation>Adicionar fila…</translation></message>
<message><source>Columns</source><translation>Colunas</translation></message>
<message><source>Show all</source><translation>Mostrar todas</translation></message>
<message><source>Fit to content</source><translation>Ajustar ao conteúdo</translation></message>
<message><source>Usual columns</source><translation>Colunas padrão</translation></message>
<message><source>Sort by</source><translation>Classificar por</translation></message>
<message><source>Sort in queue order</source><translation>Classificar na ordem da fila</translation></message>
<message><source>Pause</source><translation>Pausar</translation></message>
<message><source>Resume</source><translation>Retomar</translation></message>
<message><source>Try again</source><translation>Tentar novamente</translation></message>
<message><source>Try now</source><translation>Tentar agora</translation></message>
<message><source>Paste a new link</source><translation>Colar um novo link</translation></message>
<message><source>Log in</source><translation>Entrar</translation></message>
<message><source>Show the certificate</source><translation>Mostrar o certificado</translation></message>
<message><source>Give its cookies again</source><translation>Fornecer os cookies de novo</translation></message>
<message><source>Show the host key</source><translation>Mostrar a chave do servidor</translation></message>
<message><source>End recording and keep it</source><translation>Encerrar gravação e manter</translation></message>
<message><source>Open</source><translation>Abrir</translation></message>
<message><source>Download again</source><translation>Baixar novamente</translation></message>
<message><source>Show in folder</source><translation>Mostrar na pasta</translation></message>
<message><source>Sort in queue order to arrange rows by dragging</source><translation>Classifique na ordem da fila para organizar as linhas arrastando</translation></message>
<message><source>Categories</source><translation>Categorias</translation></message>
<message><source>Queues</source><translation>Filas</translation></message>
<message><source>Watched</source><translation>Acompanhados</translation></message>
<message><source>{section}, folded</source><translation>{section}, recolhida</translation></message>
<message><source>{section}, open</source><translation>{section}, expandida</translation></message>
<message><source>{group}, held, {downloads}</source><translation>{group}, suspensa, {downloads}</translation></message>
<message><source>{group}, {downloads}: {why}</source><extracomment>What a line of the sidebar says, such as "Night, 3 downloads: Waiting for the hours of its queue"</extracomment><translation>{group}, {downloads}: {why}</translation></message>
<message><source>{group}, {downloads}</source><extracomment>What a line of the sidebar says, such as "Paused, 3 downloads"</extracomment><translation>{group}, {downloads}</translation></message>
<message><source>Click to sort, Shift+click to sort by several columns</source><translation>Clique para classificar; Shift+clique para classificar por várias colunas</translation></message>
<message><source>{column}, sorted downwards</source><translation>{column}, ordem decrescente</translation></message>
<message><source>{column}, sorted upwards</source><translation>{column}, ordem crescente</translation></message>
<message><source>Downloads</source><translation>Downloads</translation></message>
</context>
<context>
<name>Lists</name>
<message><source>{name} could not be written: {why}</source><translation>{name} não pôde ser gravado: {why}</translation></message>
<message><source>Lists ({endings})</source><translation>Listas ({endings})</translation></message>
<message><source>Open lists</source><translation>Abrir listas</translation></message>
<message><source>All files (*)</source><translation>Todos os arquivos (*)</translation></message>
<message><source>Export the list</source><translation>Exportar a lista</translation></message>
<message><source>Unfinished files ({endings})</source><translation>Arquivos inacabados ({endings})</translation></message>
<message><source>Take over an unfinished file</source><translation>Assumir um arquivo inacabado</translation></message>
<message numerus="yes"><source>%Ln download(s) exported to {name}</source><translation><numerusform>%Ln download exportado para {name}</numerusform><numerusform>%Ln downloads exportados para {name}</numerusform></translation></message>
<message><source>The file cannot be read</source><translation>O arquivo não pode ser lido</translation></message>
</context>
<context>
<name>Live</name>
<message><source>Lines of the file</source><translation>Linhas do arquivo</translation></message>
<message><source>The expression takes too long on some lines; find a simpler one</source><translation>A expressão demora demais em algumas linhas; use uma mais simples</translation></message>
<message><source>Paused</source><translation>Em pausa</translation></message>
<message><source>To the end</source><translation>Ir para o fim</translation></message>
<message><source>Show anyway</source><translation>Mostrar mesmo assim</translation></message>
<message><source>Not a regular expression, at character {place}: {what}</source><translation>Expressão regular inválida, no caractere {place}: {what}</translation></message>
<message><source>Find in the lines</source><translation>Localizar nas linhas</translation></message>
<message><source>Aa</source><extracomment>A button that tells capital letters from small ones</extracomment><translation>Aa</translation></message>
<message><source>Match case</source><extracomment>A button that tells capital letters from small ones</extracomment><translation>Diferenciar maiúsculas e minúsculas</translation></message>
<message><source>Regular expression</source><extracomment>A button that tells capital letters from small ones</extracomment><translation>Expressão regular</translation></message>
<message><source>Only matching lines</source><extracomment>A button that tells capital letters from small ones</extracomment><translation>Só linhas encontradas</translation></message>
<message><source>Show only matching lines</source><extracomment>A button that tells capital letters from small ones</extracomment><translation>Mostrar só as linhas encontradas</translation></message>
<message><source>Show from the beginning</source><translation>Mostrar desde o início</translation></message>
<message><source>Wrap long lines</source><translation>Quebrar linhas longas</translation></message>
<message><source>Clear the view</source><translation>Limpar a exibição</translation></message>
<message><source>Automatic</source><translation>Automática</translation></message>
<message><source>Stop saving</source><translation>Parar de salvar</translation></message>
<message><source>Save matches as…</source><translation>Salvar linhas encontradas como…</translation></message>
<message><source>Save all matching lines of the file so far as…</source><translation>Salvar todas as linhas encontradas no arquivo até agora como…</translation></message>
<message><source>Go on showing new lines</source><translation>Voltar a mostrar linhas novas</translation></message>
<message><source>Pause the view</source><translation>Pausar a exibição</translation></message>
<message><source>Encoding: {name}</source><translation>Codificação: {name}</translation></message>
<message><source>Encoding: automatic, {name}</source><translation>Codificação: automática, {name}</translation></message>
<message><source>{name} matches.txt</source><translation>{name} linhas encontradas.txt</translation></message>
<message><source>Save matches</source><translation>Salvar linhas encontradas</translation></message>
<message><source>Saving to {name}…</source><translation>Salvando em {name}…</translation></message>
<message><source>{name} is the download itself; choose another name</source><translation>{name} é o próprio download; escolha outro nome</translation></message>
<message><source>{name} could not be saved</source><translation>Não foi possível salvar {name}</translation></message>
<message><source>Nothing was saved</source><translation>Nada foi salvo</translation></message>
<message numerus="yes"><source>%Ln line(s) saved to {name}</source><translation><numerusform>%Ln linha salva em {name}</numerusform><numerusform>%Ln linhas salvas em {name}</numerusform></translation></message>
<message><source>{size} before this are not shown</source><translation>{size} antes deste ponto não são mostrados</translation></message>
<message><source>{size} came too fast to be shown</source><translation>{size} chegaram rápido demais para serem mostrados</translation></message>
<message><source>The file was begun anew</source><translation>O arquivo foi recomeçado</translation></message>
<message><source>The recording goes on in the next file</source><translation>A gravação continua no próximo arquivo</translation></message>
<message><source>Unicode (UTF-8)</source><translation>Unicode (UTF-8)</translation></message>
<message><source>Unicode (UTF-16)</source><translation>Unicode (UTF-16)</translation></message>
<message><source>Western European (Windows-1252)</source><translation>Europa Ocidental (Windows-1252)</translation></message>
<message><source>Western European (ISO-8859-15)</source><translation>Europa Ocidental (ISO-8859-15)</translation></message>
<message><source>Central European (Windows-1250)</source><translation>Europa Central (Windows-1250)</translation></message>
<message><source>Cyrillic (Windows-1251)</source><translation>Cirílico (Windows-1251)</translation></message>
<message><source>Cyrillic (KOI8-R)</source><translation>Cirílico (KOI8-R)</translation></message>
<message><source>Greek (Windows-1253)</source><translation>Grego (Windows-1253)</translation></message>
<message><source>Turkish (Windows-1254)</source><translation>Turco (Windows-1254)</translation></message>
<message><source>Hebrew (Windows-1255)</source><translation>Hebraico (Windows-1255)</translation></message>
<message><source>Arabic (Windows-1256)</source><translation>Árabe (Windows-1256)</translation></message>
<message><source>Japanese (Shift JIS)</source><translation>Japonês (Shift JIS)</translation></message>
<message><source>Japanese (EUC-JP)</source><translation>Japonês (EUC-JP)</translation></message>
<message><source>Simplified Chinese (GB18030)</source><translation>Chinês simplificado (GB18030)</translation></message>
<message><source>Traditional Chinese (Big5)</source><translation>Chinês tradicional (Big5)</translation></message>
<message><source>Korean (EUC-KR)</source><translation>Coreano (EUC-KR)</translation></message>
<message><source>The file is not there</source><translation>O arquivo não está lá</translation></message>
<message><source>This file is not text</source><translation>Este arquivo não é de texto</translation></message>
<message><source>Waiting for the next line</source><translation>Aguardando a próxima linha</translation></message>
<message><source>There is no line to show</source><translation>Não há linhas para mostrar</translation></message>
<message><source>The file cannot be read</source><translation>Não foi possível ler o arquivo</translation></message>
<message numerus="yes"><source>%Ln line(s)</source><translation><numerusform>%Ln linha</numerusform><numerusform>%Ln linhas</numerusform></translation></message>
<message numerus="yes"><source>%Ln new line(s)</source><translation><numerusform>%Ln linha nova</numerusform><numerusform>%Ln linhas novas</numerusform></translation></message>
<message numerus="yes"><source>%Ln matching line(s)</source><translation><numerusform>%Ln linha encontrada</numerusform><numerusform>%Ln linhas encontradas</numerusform></translation></message>
<message><source>Choose a download to see its text as it arrives</source><translation>Escolha um download para ver o texto conforme ele chega</translation></message>
<message><source>Nothing has arrived yet</source><translation>Nada chegou ainda</translation></message>
<message><source>No line matches</source><translation>Nenhuma linha encontrada</translation></message>
</context>
<context>
<name>Login</name>
<message><source>Log in</source><translation>Entrar</translation></message>
<message><source>&amp;Keep it in the system's keyring</source><translation>&amp;Guardar no chaveiro do sistema</translation></message>
<message><source>&amp;User name</source><translation>Nome de &amp;usuário</translation></message>
<message><source>&amp;Password, or token</source><translation>&amp;Senha ou token</translation></message>
<message><source>The login before was refused.</source><translation>O login anterior foi recusado.</translation></message>
<message><source>Install this first, in a terminal</source><translation>Instale isto primeiro, em um terminal</translation></message>
<message><source>Type a name and a password, or a token.</source><translation>Digite um nome e uma senha, ou um token.</translation></message>
<message><source>There are too many rules for hosts.</source><translation>Há regras de hosts demais.</translation></message>
<message><source>The keyring does not keep the login; it is used until Headrace ends.</source><translation>O chaveiro não guarda o login; ele vale até o Headrace terminar.</translation></message>
<message><source>The server {place} asks for a login.</source><translation>O servidor {place} pede um login.</translation></message>
<message><source>A login for {place}, for all downloads from there.</source><translation>Um login para {place}, para todos os downloads de lá.</translation></message>
<message><source>The proxy {place} asks for a login.</source><translation>O proxy {place} pede um login.</translation></message>
<message><source>Your Kerberos ticket could not be used: {why}.</source><translation>Não foi possível usar seu tíquete Kerberos: {why}.</translation></message>
<message numerus="yes"><source>%Ln download(s) wait for it.</source><translation><numerusform>%Ln download espera por ele.</numerusform><numerusform>%Ln downloads esperam por ele.</numerusform></translation></message>
<message><source>Others on the way may read it, unless the server offers TLS.</source><translation>Outros no caminho podem ler, a menos que o servidor ofereça TLS.</translation></message>
<message><source>The connection is not encrypted: others on the way may read it.</source><translation>A conexão não é criptografada: outros no caminho podem ler.</translation></message>
<message><source>Show my Kerberos &amp;ticket to {host}</source><translation>Mostrar meu &amp;tíquete Kerberos a {host}</translation></message>
<message><source>Send the password &amp;readably (Basic), though safer ways are offered</source><translation>Enviar a senha &amp;legível (Basic), embora algo mais seguro seja oferecido</translation></message>
</context>
<context>
<name>Names</name>
<message><source>Write a name.</source><translation>Escreva um nome.</translation></message>
<message><source>A name has no slashes. The folder is chosen apart from it.</source><translation>Um nome não tem barras. A pasta é escolhida à parte.</translation></message>
<message><source>The name holds a character that cannot be seen.</source><translation>O nome contém um caractere invisível.</translation></message>
<message><source>A name cannot hold any of &lt; &gt; : " | ? *</source><translation>Um nome não pode conter nenhum destes caracteres: &lt; &gt; : " | ? *</translation></message>
<message><source>A name cannot end with a dot or a space.</source><translation>Um nome não pode terminar com ponto nem espaço.</translation></message>
<message><source>Windows keeps this name for itself. Put _ before it.</source><translation>O Windows reserva este nome para si. Coloque _ antes dele.</translation></message>
<message><source>The name is too long. 255 bytes are the most a disk takes.</source><translation>O nome é longo demais. O disco aceita no máximo 255 bytes.</translation></message>
</context>
<context>
<name>Notices</name>
<message><source>fetched anew: the file on the server had changed</source><translation>baixado de novo: o arquivo mudou no servidor</translation></message>
<message><source>fetched anew: the server cannot resume safely</source><translation>baixado de novo: o servidor não permite retomar com segurança</translation></message>
<message><source>fetched anew: the unfinished file was missing or changed</source><translation>baixado de novo: o arquivo incompleto sumiu ou foi alterado</translation></message>
<message><source>length unknown</source><translation>tamanho desconhecido</translation></message>
<message><source>skipped, a file of that name was there already</source><translation>ignorado, já havia um arquivo com esse nome</translation></message>
<message><source>joins compared, the server names no version</source><translation>emendas comparadas, o servidor não identifica a versão</translation></message>
<message><source>altered blocks on disk fetched again</source><translation>blocos alterados no disco baixados de novo</translation></message>
<message><source>saved as it came, though labelled compressed</source><translation>salvo como veio, embora marcado como compactado</translation></message>
<message><source>the server calls it another kind of file</source><translation>o servidor diz que o arquivo é de outro tipo</translation></message>
<message><source>misleading characters removed from the name</source><translation>caracteres enganosos removidos do nome</translation></message>
<message><source>checksum shows accidents, not forgeries</source><translation>o checksum revela acidentes, não falsificações</translation></message>
<message><source>one address was given up</source><translation>um endereço foi abandonado</translation></message>
<message><source>the disk cannot set room aside</source><translation>o disco não consegue reservar espaço</translation></message>
<message><source>the feed was interrupted</source><translation>a transmissão foi interrompida</translation></message>
<message><source>ended on request</source><translation>encerrado a pedido</translation></message>
<message><source>not marked with its origin</source><translation>sem marca de origem</translation></message>
<message><source>fetched anew: what another program had left was not right</source><translation>baixado de novo: o que outro programa deixou não estava certo</translation></message>
<message><source>partly another program's, compared in samples</source><translation>em parte de outro programa, comparado por amostras</translation></message>
</context>
<context>
<name>Outcome</name>
<message><source>{name} is right, proved by {proof}</source><translation>{name} está correto, comprovado por {proof}</translation></message>
<message><source>{name} has the right size; nothing more is known of it</source><translation>{name} tem o tamanho correto; nada mais se sabe dele</translation></message>
<message><source>{name} is not the file any more that was downloaded</source><translation>{name} não é mais o arquivo que foi baixado</translation></message>
<message><source>{name} is no longer in {folder}</source><translation>{name} não está mais em {folder}</translation></message>
<message><source>{name} cannot be read</source><translation>Não foi possível ler {name}</translation></message>
<message><source>Nothing is known of {name} to compare it with</source><translation>Não há nada conhecido com que comparar {name}</translation></message>
<message><source>{name} was not read to its end</source><translation>{name} não foi lido até o fim</translation></message>
<message><source>{name}: {what}. {advice}</source><translation>{name}: {what}. {advice}</translation></message>
<message><source>Renamed to {name}</source><translation>Renomeado para {name}</translation></message>
<message><source>{name} is in {folder} now</source><translation>{name} agora está em {folder}</translation></message>
<message><source>{sentence}: it differs from byte {start} on</source><translation>{sentence}: difere a partir do byte {start}</translation></message>
<message><source>the digests Headrace kept of it</source><translation>hashes guardados pelo Headrace</translation></message>
</context>
<context>
<name>Properties</name>
<message><source>As in the settings</source><translation>Como nas configurações</translation></message>
<message><source>Nothing</source><translation>Nada</translation></message>
<message><source>Open it</source><translation>Abri-lo</translation></message>
<message><source>Extract it</source><translation>Extraí-lo</translation></message>
<message><source>Extract it and open the folder</source><translation>Extraí-lo e abrir a pasta</translation></message>
<message><source>Extract it, then the archive goes to the trash</source><translation>Extraí-lo e mover o arquivo compactado para a lixeira</translation></message>
<message><source>Play a sound</source><translation>Tocar um som</translation></message>
<message><source>When it is &amp;there</source><translation>&amp;Quando estiver pronto</translation></message>
<message><source>Write the proxy as http://proxy.example:3128, or “direct” for none.</source><translation>Escreva o proxy como http://proxy.example:3128, ou “direct” para nenhum.</translation></message>
<message><source>Write each header as Name: value. Headrace itself sets Range, Host and the like.</source><translation>Escreva cada cabeçalho como Name: value. O próprio Headrace define Range, Host e afins.</translation></message>
<message><source>High</source><translation>Alta</translation></message>
<message><source>Normal</source><translation>Normal</translation></message>
<message><source>Low</source><translation>Baixa</translation></message>
<message><source>Properties</source><translation>Propriedades</translation></message>
<message><source>Apply</source><translation>Aplicar</translation></message>
<message><source>No limit of its own</source><translation>Sem limite próprio</translation></message>
<message><source>By type</source><translation>Por tipo</translation></message>
<message><source>Main queue</source><translation>Fila principal</translation></message>
<message><source>such as sha256:…</source><translation>como sha256:…</translation></message>
<message><source>unchanged</source><translation>inalterado</translation></message>
<message><source>&amp;Category</source><translation>&amp;Categoria</translation></message>
<message><source>C&amp;onnections at most</source><translation>Máximo de cone&amp;xões</translation></message>
<message><source>Speed &amp;limit</source><translation>&amp;Limite de velocidade</translation></message>
<message><source>&amp;Priority</source><translation>&amp;Prioridade</translation></message>
<message><source>&amp;Queue</source><translation>&amp;Fila</translation></message>
<message><source>Expected c&amp;hecksum</source><translation>Checksum &amp;esperado</translation></message>
<message><source>Pro&amp;xy</source><translation>Pro&amp;xy</translation></message>
<message><source>Coo&amp;kies</source><translation>Coo&amp;kies</translation></message>
<message><source>&amp;Request headers, one a line</source><translation>Cabeçalhos da &amp;requisição, um por linha</translation></message>
<message><source>Various: left as they are</source><translation>Vários: ficam como estão</translation></message>
<message><source>This is not a checksum. Write it as sha256: and 64 digits from 0 to f.</source><translation>Isto não é um checksum. Escreva sha256: e 64 dígitos de 0 a f.</translation></message>
<message><source>This value cannot be used.</source><translation>Este valor não pode ser usado.</translation></message>
</context>
<context>
<name>Questions</name>
<message><source>Delete for good</source><translation>Excluir definitivamente</translation></message>
<message><source>What is deleted so does not go to the trash.</source><translation>O que é excluído assim não vai para a lixeira.</translation></message>
<message><source>Delete</source><translation>Excluir</translation></message>
<message><source>Cancel</source><translation>Cancelar</translation></message>
<message><source>Delete “{name}” for good?</source><translation>Excluir “{name}” definitivamente?</translation></message>
<message numerus="yes"><source>Delete %Ln download(s) with their files for good?</source><translation><numerusform>Excluir definitivamente %Ln download com seu arquivo?</numerusform><numerusform>Excluir definitivamente %Ln downloads com seus arquivos?</numerusform></translation></message>
<message><source>About Headrace</source><translation>Sobre o Headrace</translation></message>
<message><source>A download manager that proves every byte it writes.</source><translation>Um gerenciador de downloads que comprova cada byte que grava.</translation></message>
<message><source>Close</source><translation>Fechar</translation></message>
</context>
<context>
<name>Queues</name>
<message><source>Queue options</source><translation>Opções da fila</translation></message>
<message><source>Apply</source><translation>Aplicar</translation></message>
<message><source>Speed &amp;limit</source><translation>&amp;Limite de velocidade</translation></message>
<message><source>Downloads at &amp;once</source><translation>Downloads simultâne&amp;os</translation></message>
<message><source>Starts downloads, and stops them &amp;after</source><translation>Inicia downloads e &amp;depois os interrompe</translation></message>
<message><source>&amp;Folder</source><translation>&amp;Pasta</translation></message>
<message><source>No limit of its own</source><translation>Sem limite próprio</translation></message>
<message><source>As many as in all</source><translation>Tantos quantos ao todo</translation></message>
<message><source>The folder for downloads</source><translation>A pasta de downloads</translation></message>
<message><source>Hours</source><translation>Horas</translation></message>
<message><source>Write the whole path of the folder, from the root.</source><translation>Escreva o caminho completo da pasta, desde a raiz.</translation></message>
<message><source>Name of the queue</source><translation>Nome da fila</translation></message>
<message><source>Add queue</source><translation>Adicionar fila</translation></message>
<message><source>Rename queue</source><translation>Renomear fila</translation></message>
<message><source>Removed the queue {queue}</source><translation>Fila {queue} removida</translation></message>
<message><source>Undo</source><translation>Desfazer</translation></message>
<message numerus="yes"><source>%Ln download(s) moved to {place}</source><translation><numerusform>%Ln download movido para “{place}”</numerusform><numerusform>%Ln downloads movidos para “{place}”</numerusform></translation></message>
</context>
<context>
<name>Readdress</name>
<message><source>Change address</source><translation>Alterar endereço</translation></message>
<message><source>Go on from there</source><translation>Continuar</translation></message>
<message><source>New address of {name}</source><translation>Novo endereço de {name}</translation></message>
<message><source>Open the server's page in the browser</source><translation>Abrir a página do servidor no navegador</translation></message>
<message><source>This is not an address. It begins with https:// or http://.</source><translation>Isto não é um endereço. Um endereço começa com https:// ou http://.</translation></message>
<message><source>This download runs or is done already, or another one has this address.</source><translation>Este download está em andamento ou já foi concluído, ou outro tem este endereço.</translation></message>
<message><source>Paste a fresh link to the same file.</source><translation>Cole um link novo para o mesmo arquivo.</translation></message>
<message><source>Paste a fresh link to the same file. The {size} that are here stay; they are compared with what the new address has before anything is added to them.</source><translation>Cole um link novo para o mesmo arquivo. Os {size} já baixados ficam; antes de continuar, eles são comparados com o que há no novo endereço.</translation></message>
</context>
<context>
<name>Relocate</name>
<message><source>Move to another folder</source><translation>Mover para outra pasta</translation></message>
<message><source>Move</source><translation>Mover</translation></message>
<message><source>What has arrived goes along, and downloads that run go on there.</source><translation>O que já chegou vai junto, e os downloads em andamento continuam lá.</translation></message>
<message><source>Write the whole path of a folder.</source><translation>Escreva o caminho completo de uma pasta.</translation></message>
<message><source>New folder of {what}</source><translation>Nova pasta de {what}</translation></message>
</context>
<context>
<name>Rename</name>
<message><source>Name of the file</source><translation>Nome do arquivo</translation></message>
<message><source>This name cannot be used.</source><translation>Este nome não pode ser usado.</translation></message>
<message><source>Rename</source><translation>Renomear</translation></message>
</context>
<context>
<name>Rules</name>
<message><source>There is no {part}. There are {fields}.</source><translation>Não existe {part}. Existem {fields}.</translation></message>
<message><source>Behind a colon there is only the form of a date, such as {example}.</source><translation>Depois de dois-pontos vem apenas a forma de uma data, como {example}.</translation></message>
<message><source>A brace is open, or there is one too many.</source><translation>Há uma chave aberta, ou uma a mais.</translation></message>
<message><source>{path} stands for several folders: write it alone between two slashes.</source><translation>{path} representa várias pastas: escreva-o sozinho entre duas barras.</translation></message>
<message><source>Write a whole path, or folders below the one for downloads.</source><translation>Escreva um caminho completo, ou pastas dentro da pasta de downloads.</translation></message>
<message><source>Not every system can have a folder called “{part}”.</source><translation>Nem todo sistema aceita uma pasta chamada “{part}”.</translation></message>
<message><source>{counter} numbers files, and can be no part of a folder.</source><translation>{counter} numera arquivos e não pode fazer parte de uma pasta.</translation></message>
<message><source>A name holds no slashes. Folders belong into the field above.</source><translation>Um nome não tem barras. As pastas vão no campo acima.</translation></message>
<message><source>Without a field such as {name} all files would have the same name.</source><translation>Sem um campo como {name}, todos os arquivos teriam o mesmo nome.</translation></message>
<message><source>A regular expression has {number} characters at most.</source><translation>Uma expressão regular tem no máximo {number} caracteres.</translation></message>
<message><source>This is no regular expression: {part}</source><translation>Isto não é uma expressão regular: {part}</translation></message>
<message><source>There is a {part} already. Give the group another name.</source><translation>{part} já existe. Dê outro nome ao grupo.</translation></message>
<message><source>This expression may take too long. Let no two ways of a repeat fit the same text, as in {example}.</source><translation>Esta expressão pode demorar demais. Em uma repetição, dois caminhos não devem corresponder ao mesmo texto, como em {example}.</translation></message>
<message><source>Rule {number}</source><translation>Regra {number}</translation></message>
<message><source>everything</source><translation>tudo</translation></message>
<message><source>the folder for downloads</source><translation>a pasta de downloads</translation></message>
<message><source>{what} → {where}</source><translation>{what} → {where}</translation></message>
<message><source>Change {name}</source><translation>Alterar {name}</translation></message>
<message><source>Remove {name}</source><translation>Remover {name}</translation></message>
<message><source>Endings</source><translation>Extensões</translation></message>
<message><source>Folder</source><translation>Pasta</translation></message>
<message><source>{name} is removed.</source><translation>{name} foi removida.</translation></message>
<message><source>Any</source><translation>Qualquer uma</translation></message>
<message><source>As it is</source><translation>Como está</translation></message>
<message><source>Write a size such as 700M or 2GiB.</source><translation>Escreva um tamanho como 700M ou 2GiB.</translation></message>
<message><source>Name of the rule</source><translation>Nome da regra</translation></message>
<message><source>Types of files</source><translation>Tipos de arquivo</translation></message>
<message><source>Servers</source><translation>Servidores</translation></message>
<message><source>Addresses</source><translation>Endereços</translation></message>
<message><source>Server (regular expression)</source><translation>Servidor (expressão regular)</translation></message>
<message><source>Address (regular expression)</source><translation>Endereço (expressão regular)</translation></message>
<message><source>Name (regular expression)</source><translation>Nome (expressão regular)</translation></message>
<message><source>Size</source><translation>Tamanho</translation></message>
<message><source>Least size</source><translation>Tamanho mínimo</translation></message>
<message><source>Greatest size</source><translation>Tamanho máximo</translation></message>
<message><source>From the queue</source><translation>Da fila</translation></message>
<message><source>File name</source><translation>Nome do arquivo</translation></message>
<message><source>Category</source><translation>Categoria</translation></message>
<message><source>Queue</source><translation>Fila</translation></message>
<message><source>Priority</source><translation>Prioridade</translation></message>
<message><source>Add paused</source><translation>Adicionar em pausa</translation></message>
<message><source>Ask the rules below too</source><translation>Consultar também as regras abaixo</translation></message>
<message><source>{name}: asked</source><translation>{name}: consultada</translation></message>
<message><source>Add rule</source><translation>Adicionar regra</translation></message>
<message><source>Folders by type</source><translation>Pastas por tipo</translation></message>
<message><source>A folder each for videos, music, pictures and so on</source><translation>Uma pasta para vídeos, outra para músicas, outra para imagens etc.</translation></message>
<message><source>Try an address: where would it go?</source><translation>Testar um endereço: para onde ele iria?</translation></message>
<message><source>This is not an address.</source><translation>Isto não é um endereço.</translation></message>
<message><source>no rule holds</source><translation>nenhuma regra se aplica</translation></message>
<message><source>{path} ({rule})</source><translation>{path} ({rule})</translation></message>
<message><source>Ask {name} earlier</source><translation>Consultar {name} antes</translation></message>
<message><source>Ask {name} later</source><translation>Consultar {name} depois</translation></message>
</context>
<context>
<name>Settings</name>
<message><source>All files</source><translation>Todos os arquivos</translation></message>
<message><source>At all hours</source><translation>A qualquer hora</translation></message>
<message><source>No program on this computer opens it.</source><translation>Nenhum programa neste computador abre isso.</translation></message>
<message><source>The keyring did not forget all of them.</source><translation>O chaveiro não esqueceu todos.</translation></message>
<message numerus="yes"><source>%Ln login(s) forgotten.</source><translation><numerusform>%Ln login esquecido.</numerusform><numerusform>%Ln logins esquecidos.</numerusform></translation></message>
<message><source>All settings are back to their defaults.</source><translation>Todas as configurações voltaram ao padrão.</translation></message>
<message><source>All settings had their defaults already.</source><translation>Todas as configurações já estavam no padrão.</translation></message>
<message><source>Export settings</source><translation>Exportar configurações</translation></message>
<message><source>{file} could not be written: {fault}</source><translation>Não foi possível gravar {file}: {fault}</translation></message>
<message><source>All settings are in {file} now.</source><translation>Todas as configurações agora estão em {file}.</translation></message>
<message><source>Import settings</source><translation>Importar configurações</translation></message>
<message><source>Settings (*.json)</source><translation>Configurações (*.json)</translation></message>
<message><source>All files (*)</source><translation>Todos os arquivos (*)</translation></message>
<message><source>{file} is not a file of settings that Headrace wrote. Nothing was changed.</source><translation>{file} não é um arquivo de configurações gravado pelo Headrace. Nada foi alterado.</translation></message>
<message><source>{file} was written by a newer Headrace. Nothing was changed.</source><translation>{file} foi gravado por um Headrace mais novo. Nada foi alterado.</translation></message>
<message><source>{file} cannot be read. Nothing was changed.</source><translation>Não é possível ler {file}. Nada foi alterado.</translation></message>
<message><source>All settings were already as {file} has them.</source><translation>Todas as configurações já estavam como em {file}.</translation></message>
<message numerus="yes"><source>%Ln setting(s) changed to what {file} has.</source><translation><numerusform>%Ln configuração alterada conforme {file}.</numerusform><numerusform>%Ln configurações alteradas conforme {file}.</numerusform></translation></message>
<message><source>Ignored, as there is no such setting: {names}.</source><translation>Ignoradas, pois essas configurações não existem: {names}.</translation></message>
<message><source>Left as they were, as the values cannot be used: {names}.</source><translation>Mantidas como estavam, pois os valores não podem ser usados: {names}.</translation></message>
<message><source>Not found on this computer: the folder or file of {names}.</source><translation>Pasta ou arquivo não encontrado neste computador: {names}.</translation></message>
<message><source>Search settings</source><translation>Pesquisar configurações</translation></message>
<message><source>Settings</source><translation>Configurações</translation></message>
<message><source>This folder cannot be reached.</source><translation>Não é possível acessar esta pasta.</translation></message>
<message><source>This is a file, not a folder.</source><translation>Isto é um arquivo, não uma pasta.</translation></message>
<message><source>Main queue</source><translation>Fila principal</translation></message>
<message><source>This value cannot be used.</source><translation>Este valor não pode ser usado.</translation></message>
<message><source>Like the system</source><translation>Seguir o sistema</translation></message>
<message><source>Blue</source><translation>Azul</translation></message>
<message><source>Teal</source><translation>Azul-petróleo</translation></message>
<message><source>Green</source><translation>Verde</translation></message>
<message><source>Amber</source><translation>Âmbar</translation></message>
<message><source>Orange</source><translation>Laranja</translation></message>
<message><source>Red</source><translation>Vermelho</translation></message>
<message><source>Pink</source><translation>Rosa</translation></message>
<message><source>Violet</source><translation>Violeta</translation></message>
<message><source>Another colour…</source><translation>Outra cor…</translation></message>
<message><source>{setting}: {choice}</source><translation>{setting}: {choice}</translation></message>
<message><source>Accent colour</source><translation>Cor de destaque</translation></message>
<message><source>Programs made for aria2</source><translation>Programas feitos para o aria2</translation></message>
<message><source>Who may come in</source><translation>Quem pode entrar</translation></message>
<message><source>Let other programs use Headrace</source><translation>Permitir que outros programas usem o Headrace</translation></message>
<message><source>AriaNg, browser extensions and scripts made for aria2 work with it. They need the token below.</source><translation>AriaNg, extensões de navegador e scripts feitos para o aria2 funcionam com ele. Eles precisam do token abaixo.</translation></message>
<message><source>aria2, RPC, JSON-RPC, WebSocket, remote control, API, server</source><translation>aria2, RPC, JSON-RPC, WebSocket, controle remoto, API, servidor</translation></message>
<message><source>Port</source><translation>Porta</translation></message>
<message><source>Most programs look for it at 6800.</source><translation>A maioria dos programas procura em 6800.</translation></message>
<message><source>TCP, address, listen, number</source><translation>TCP, endereço, escutar, número</translation></message>
<message><source>Secret token</source><translation>Token secreto</translation></message>
<message><source>Who does not know it is refused. Only what proves it is kept, so copy it while it is shown.</source><translation>Quem não o conhece é recusado. Só é guardado o que o comprova; copie-o enquanto é mostrado.</translation></message>
<message><source>password, key, secret, security</source><translation>senha, chave, segredo, segurança</translation></message>
<message><source>Other computers too</source><translation>Outros computadores também</translation></message>
<message><source>Programs anywhere in the network may ask, unencrypted. Only for a network you trust.</source><translation>Programas de toda a rede podem pedir, sem criptografia. Só para uma rede em que você confia.</translation></message>
<message><source>network, LAN, remote, listen, security</source><translation>rede, LAN, remoto, escutar, segurança</translation></message>
<message><source>Names of this computer</source><translation>Nomes deste computador</translation></message>
<message><source>Names by which others may call it, such as nas.lan. Its addresses and localhost always count.</source><translation>Nomes pelos quais outros o chamam, como nas.lan. Os endereços dele e localhost sempre valem.</translation></message>
<message><source>host, DNS, rebinding, security</source><translation>host, DNS, rebinding, segurança</translation></message>
<message><source>None</source><translation>Nenhum</translation></message>
<message><source>Web pages that may ask</source><translation>Páginas web que podem pedir</translation></message>
<message><source>Origins such as https://ariang.example or chrome-extension://ID. All other pages are refused.</source><translation>Origens como https://ariang.example ou chrome-extension://ID. Todas as outras páginas são recusadas.</translation></message>
<message><source>CORS, origin, browser, extension, AriaNg, security</source><translation>CORS, origem, navegador, extensão, AriaNg, segurança</translation></message>
<message><source>Folders they may save to</source><translation>Pastas onde podem salvar</translation></message>
<message><source>Whole paths with a semicolon between two. The folder for downloads and all in it always count.</source><translation>Caminhos completos separados por ponto e vírgula. A pasta de downloads e tudo nela sempre valem.</translation></message>
<message><source>directory, path, target, security</source><translation>diretório, caminho, destino, segurança</translation></message>
<message><source>Open it</source><translation>Abri-lo</translation></message>
<message><source>Extract archives into a folder beside them</source><translation>Extrair arquivos compactados para uma pasta ao lado</translation></message>
<message><source>Then move the archive to the trash</source><translation>Depois, mover o arquivo compactado para a lixeira</translation></message>
<message><source>Play a sound</source><translation>Tocar um som</translation></message>
<message><source>Move it to another folder</source><translation>Movê-lo para outra pasta</translation></message>
<message><source>The system's sound, or a file</source><translation>O som do sistema ou um arquivo</translation></message>
<message><source>File with the sound</source><translation>Arquivo com o som</translation></message>
<message><source>The folder, in full</source><translation>O caminho completo da pasta</translation></message>
<message><source>Folder to move to</source><translation>Pasta de destino</translation></message>
<message><source>Write the folder in full.</source><translation>Escreva o caminho completo da pasta.</translation></message>
<message><source>Write the file in full.</source><translation>Escreva o caminho completo do arquivo.</translation></message>
<message><source>When something happens</source><translation>Quando algo acontece</translation></message>
<message><source>Lists that are laid down</source><translation>Listas deixadas</translation></message>
<message><source>Watched folder</source><translation>Pasta vigiada</translation></message>
<message><source>Texts with addresses, Metalinks and lists that are saved there are added, and then renamed.</source><translation>Textos com endereços, Metalinks e listas salvos ali são adicionados e depois renomeados.</translation></message>
<message><source>watch, directory, folder, inbox, NAS, import</source><translation>vigiar, diretório, pasta, entrada, NAS, importar</translation></message>
<message><source>Command after each download</source><translation>Comando após cada download</translation></message>
<message><source>A program and its arguments, without a shell. {path} stands for the file, {folder} for its folder.</source><translation>Um programa e seus argumentos, sem shell. {path} é o arquivo, {folder} a pasta dele.</translation></message>
<message><source>run, execute, script, hook, event, finished, post-processing</source><translation>executar, script, hook, evento, concluído, pós-processamento</translation></message>
<message><source>Command after a failure</source><translation>Comando após uma falha</translation></message>
<message><source>Run when a download has failed and waits for you.</source><translation>Executado quando um download falhou e espera por você.</translation></message>
<message><source>run, execute, script, hook, event, error</source><translation>executar, script, hook, evento, erro</translation></message>
<message><source>Command when all is done</source><translation>Comando quando tudo terminou</translation></message>
<message><source>Run when nothing is left to be done, for example to suspend the computer.</source><translation>Executado quando não resta nada a fazer, por exemplo para suspender o computador.</translation></message>
<message><source>run, execute, script, hook, event, idle, shut down, suspend, sleep</source><translation>executar, script, hook, evento, ocioso, desligar, suspender, dormir</translation></message>
<message><source>Webhook</source><translation>Webhook</translation></message>
<message><source>What happens is sent to this address as JSON by POST, again where that fails.</source><translation>O que acontece é enviado a este endereço como JSON por POST, de novo se falhar.</translation></message>
<message><source>HTTP, POST, JSON, event, notify, address, URL, server</source><translation>HTTP, POST, JSON, evento, avisar, endereço, URL, servidor</translation></message>
<message><source>Write a speed from {low} to {high}.</source><translation>Escreva uma velocidade de {low} a {high}.</translation></message>
<message><source>Write a number of seconds from {low} to {high}.</source><translation>Escreva um número de segundos de {low} a {high}.</translation></message>
<message><source>Write a whole number from {low} to {high}.</source><translation>Escreva um número inteiro de {low} a {high}.</translation></message>
<message><source>Quiet</source><translation>Silencioso</translation></message>
<message><source>Others on the line</source><translation>Outros na linha</translation></message>
<message><source>Data budget</source><translation>Franquia de dados</translation></message>
<message><source>Metered networks</source><translation>Redes limitadas</translation></message>
<message><source>Quiet now</source><translation>Silencioso agora</translation></message>
<message><source>The quiet limit is in force, until you or the quiet hours end it.</source><translation>O limite silencioso vale até que você ou as horas silenciosas o encerrem.</translation></message>
<message><source>turtle, slow, alternative, profile, turbo, polite</source><translation>tartaruga, lento, alternativo, perfil, discreto</translation></message>
<message><source>Quiet limit</source><translation>Limite silencioso</translation></message>
<message><source>All downloads together are held to this while it is quiet.</source><translation>Todos os downloads juntos ficam abaixo disto enquanto há silêncio.</translation></message>
<message><source>bandwidth, throttle, rate, slow down</source><translation>largura de banda, limitar, taxa, reduzir</translation></message>
<message><source>Quiet hours</source><translation>Horas silenciosas</translation></message>
<message><source>When they begin it gets quiet by itself, and when they end it no longer is. Drag to mark them.</source><translation>Quando começam, o silêncio vem sozinho, e quando acabam, termina. Arraste para marcá-las.</translation></message>
<message><source>schedule, scheduler, time, day, week, night, plan</source><translation>horário, agendador, agenda, hora, dia, semana, noite</translation></message>
<message><source>Never by itself</source><translation>Nunca sozinho</translation></message>
<message><source>Leave others room</source><translation>Deixar espaço para os outros</translation></message>
<message><source>While others use the line, downloads step back. Headrace notices it by answers that take longer, and asks the servers it fetches from once a second, less often while the line is calm.</source><translation>Enquanto outros usam a linha, os downloads cedem lugar. O Headrace percebe isso por respostas que demoram mais, e pergunta uma vez por segundo aos servidores de que baixa, com menos frequência enquanto a linha está calma.</translation></message>
<message><source>latency, ping, bufferbloat, polite, family, games, calls, LEDBAT, share</source><translation>latência, ping, bufferbloat, educado, família, jogos, chamadas, LEDBAT, compartilhar</translation></message>
<message><source>How much may come</source><translation>Quanto pode chegar</translation></message>
<message><source>When so much has come, downloads wait for the next period, or for a network that does not count. Days and weeks begin at midnight, weeks on Monday.</source><translation>Quando chegou esse tanto, os downloads esperam o próximo período ou uma rede que não conte. Dias e semanas começam à meia-noite, as semanas na segunda-feira.</translation></message>
<message><source>quota, cap, volume, allowance, contract, data, traffic, month, week, day, billing, Wi-Fi, mobile, roaming</source><translation>cota, limite, volume, franquia, contrato, dados, tráfego, mês, semana, dia, cobrança, Wi-Fi, celular, roaming</translation></message>
<message><source>Wait in metered networks</source><translation>Esperar em redes limitadas</translation></message>
<message><source>Where the system says that a network counts bytes, as that of a phone, downloads wait for another one.</source><translation>Onde o sistema diz que uma rede conta os dados, como a de um telefone, os downloads esperam por outra.</translation></message>
<message><source>mobile, phone, cellular, hotspot, tethering, roaming, data, volume</source><translation>celular, telefone, móvel, ponto de acesso, tethering, roaming, dados, volume, franquia</translation></message>
<message><source>{button}: {setting}</source><translation>{button}: {setting}</translation></message>
<message><source>When all downloads are done</source><translation>Quando todos os downloads terminarem</translation></message>
<message><source>When a file is there</source><translation>Quando um arquivo estiver pronto</translation></message>
<message><source>It is done to each file; a download's properties may say otherwise.</source><translation>É feito com cada arquivo; as propriedades de um download podem dizer outra coisa.</translation></message>
<message><source>finished, extract, unpack, unzip, archive, zip, 7z, tar, open, sound, move, folder</source><translation>concluído, extrair, descompactar, compactado, zip, 7z, tar, abrir, som, mover, pasta</translation></message>
<message><source>Then, each time</source><translation>Então, toda vez</translation></message>
<message><source>You are warned a minute before, and can stop it. For one time, choose it in the menu File.</source><translation>Você é avisado um minuto antes e pode parar. Para uma única vez, escolha no menu Arquivo.</translation></message>
<message><source>shut down, power off, suspend, standby, sleep, hibernate, log out, quit, idle</source><translation>desligar, suspender, espera, dormir, hibernar, encerrar a sessão, sair, ocioso</translation></message>
<message><source>Do nothing</source><translation>Não fazer nada</translation></message>
<message><source>Sleep</source><translation>Suspender</translation></message>
<message><source>Hibernate</source><translation>Hibernar</translation></message>
<message><source>Shut down</source><translation>Desligar</translation></message>
<message><source>Restart</source><translation>Reiniciar</translation></message>
<message><source>Log out</source><translation>Encerrar a sessão</translation></message>
<message><source>Quit Headrace</source><translation>Encerrar o Headrace</translation></message>
<message><source>Saving</source><translation>Ao salvar</translation></message>
<message><source>Adding</source><translation>Ao adicionar</translation></message>
<message><source>Checking</source><translation>Ao verificar</translation></message>
<message><source>History</source><translation>Histórico</translation></message>
<message><source>At the same time</source><translation>Ao mesmo tempo</translation></message>
<message><source>Patience</source><translation>Espera e tentativas</translation></message>
<message><source>Folder for downloads</source><translation>Pasta de downloads</translation></message>
<message><source>New downloads go here unless you choose another folder when you add them.</source><translation>Os novos downloads vão para cá, a menos que você escolha outra pasta ao adicioná-los.</translation></message>
<message><source>directory, path, location, save to, destination</source><translation>diretório, caminho, local, salvar em, destino</translation></message>
<message><source>Downloads at once</source><translation>Downloads simultâneos</translation></message>
<message><source>So many run side by side; the others wait in line.</source><translation>Quantos são baixados ao mesmo tempo; os demais esperam na fila.</translation></message>
<message><source>parallel, simultaneous, concurrent, maximum</source><translation>paralelo, simultâneo, ao mesmo tempo, máximo</translation></message>
<message><source>Watch the clipboard</source><translation>Monitorar a área de transferência</translation></message>
<message><source>When you copy the address of a file, Headrace offers to download it.</source><translation>Quando você copia o endereço de um arquivo, o Headrace oferece o download.</translation></message>
<message><source>copy, paste, monitor, link</source><translation>copiar, colar, monitorar, link</translation></message>
<message><source>Ask servers before adding</source><translation>Consultar servidores antes de adicionar</translation></message>
<message><source>The add dialog shows name and size of each file. Switch it off if your links work only once.</source><translation>A janela de adição mostra o nome e o tamanho de cada arquivo. Desative se seus links só funcionam uma vez.</translation></message>
<message><source>probe, size, check, one-time link, preview</source><translation>sondar, tamanho, verificar, link de uso único, prévia</translation></message>
<message><source>Add without asking</source><translation>Adicionar sem perguntar</translation></message>
<message><source>Pasted and dropped addresses go straight into the list, without a dialog.</source><translation>Endereços colados ou soltos na janela vão direto para a lista, sem diálogo.</translation></message>
<message><source>silent, dialog, confirm, prompt</source><translation>silencioso, diálogo, confirmar, perguntar</translation></message>
<message><source>Add paused</source><translation>Adicionar em pausa</translation></message>
<message><source>The main button of the add dialog adds downloads without starting them.</source><translation>O botão principal do diálogo adiciona os downloads sem iniciá-los.</translation></message>
<message><source>start later, stopped</source><translation>iniciar depois, parado</translation></message>
<message><source>Look for checksums</source><translation>Procurar checksums</translation></message>
<message><source>For large files, the server is asked for a checksum file, and the download is checked by it.</source><translation>Para arquivos grandes, pede ao servidor um arquivo de checksum e verifica o download com ele.</translation></message>
<message><source>verify, hash, SHA-256, SHA256SUMS, integrity</source><translation>verificar, soma de verificação, hash, SHA-256, SHA256SUMS, integridade</translation></message>
<message><source>Mark files as downloaded</source><translation>Marcar arquivos como baixados</translation></message>
<message><source>Files carry where they came from, so that the system can warn before it runs one.</source><translation>Os arquivos levam sua origem, para que o sistema possa avisar antes de executar um deles.</translation></message>
<message><source>origin, quarantine, zone, security, warning</source><translation>origem, quarentena, zona, segurança, aviso</translation></message>
<message><source>Remember ended downloads</source><translation>Lembrar downloads encerrados</translation></message>
<message><source>The history keeps them after they left the list. What is older goes at the next start.</source><translation>O histórico os guarda depois que saem da lista. O que é mais antigo some na próxima inicialização.</translation></message>
<message><source>history, privacy, archive, days, forget</source><translation>histórico, privacidade, arquivo, dias, esquecer</translation></message>
<message><source>For ever</source><translation>Para sempre</translation></message>
<message><source>For a year</source><translation>Por um ano</translation></message>
<message><source>For 90 days</source><translation>Por 90 dias</translation></message>
<message><source>For 30 days</source><translation>Por 30 dias</translation></message>
<message><source>For a week</source><translation>Por uma semana</translation></message>
<message><source>Not at all</source><translation>De jeito nenhum</translation></message>
<message><source>Connections per download</source><translation>Conexões por download</translation></message>
<message><source>At most so many. More are only opened while they make the download faster.</source><translation>O número máximo. Novas conexões só são abertas enquanto deixam o download mais rápido.</translation></message>
<message><source>threads, segments, parts, parallel, maximum</source><translation>threads, segmentos, partes, paralelo, máximo</translation></message>
<message><source>Connections per server</source><translation>Conexões por servidor</translation></message>
<message><source>At most so many to one server, all downloads together.</source><translation>O número máximo com um mesmo servidor, somando todos os downloads.</translation></message>
<message><source>host, parallel, maximum</source><translation>host, paralelo, máximo</translation></message>
<message><source>Wait for a server</source><translation>Espera pelo servidor</translation></message>
<message><source>A server that has not answered by then is tried again later.</source><translation>Se o servidor não responder nesse tempo, a tentativa se repete mais tarde.</translation></message>
<message><source>timeout, connect, seconds</source><translation>tempo limite, timeout, conectar, segundos</translation></message>
<message><source>Wait for data</source><translation>Espera por dados</translation></message>
<message><source>A connection on which nothing has come for so long is opened anew.</source><translation>Uma conexão que não traz nada por esse tempo é reaberta.</translation></message>
<message><source>timeout, idle, stalled, seconds</source><translation>tempo limite, timeout, ociosa, parada, segundos</translation></message>
<message><source>Give up slow connections</source><translation>Desistir de conexões lentas</translation></message>
<message><source>A connection that was slower than this for a minute is opened anew.</source><translation>Uma conexão que fica um minuto abaixo desta velocidade é reaberta.</translation></message>
<message><source>minimum speed, stalled, timeout</source><translation>velocidade mínima, parada, lenta, tempo limite</translation></message>
<message><source>Never</source><translation>Nunca</translation></message>
<message><source>Tries</source><translation>Tentativas</translation></message>
<message><source>A download fails after so many tries in a row that brought nothing new.</source><translation>Um download falha após esse número de tentativas seguidas sem nada de novo.</translation></message>
<message><source>retry, attempts, again, repeat</source><translation>tentar novamente, repetir, tentativas, de novo</translation></message>
<message><source>Speed limit</source><translation>Limite de velocidade</translation></message>
<message><source>All downloads together are held to this, so that some of your line stays free.</source><translation>Todos os downloads juntos respeitam este limite, para sobrar um pouco da sua conexão.</translation></message>
<message><source>bandwidth, throttle, rate, slow down, maximum</source><translation>largura de banda, banda, taxa, limitar, reduzir, máximo</translation></message>
<message><source>No limit</source><translation>Sem limite</translation></message>
<message><source>Your queues</source><translation>Suas filas</translation></message>
<message><source>Lines of their own for downloads that belong together. One that is held starts nothing new until you let it go on.</source><translation>Filas próprias para downloads que vão juntos. Uma fila suspensa não inicia nada de novo até ser liberada.</translation></message>
<message><source>line, hold, group, list, pause, schedule, hours, night</source><translation>fila, suspender, grupo, lista, pausa, horário, horas, noite</translation></message>
<message><source>Where downloads go</source><translation>Para onde vão os downloads</translation></message>
<message><source>The first rule that holds decides, unless you choose a folder yourself. In folders and names there may be fields in braces, such as {host}, {name}, {category} or {date:%Y-%m}.</source><translation>A primeira regra que se aplica decide, a menos que você mesmo escolha uma pasta. Em pastas e nomes pode haver campos entre chaves, como {host}, {name}, {category} ou {date:%Y-%m}.</translation></message>
<message><source>folder, sort, category, template, organise, directory</source><translation>pasta, organizar, classificar, categoria, modelo, diretório</translation></message>
<message><source>Categories</source><translation>Categorias</translation></message>
<message><source>What the list sorts files by: their endings, or the type the server tells. Files of a category go to its folder where no rule sends them elsewhere. Removing one changes no file.</source><translation>O que a lista usa para classificar os arquivos: suas extensões ou o tipo que o servidor informa. Os arquivos de uma categoria vão para a pasta dela se nenhuma regra os mandar para outro lugar. Remover uma categoria não altera nenhum arquivo.</translation></message>
<message><source>type, kind, extension, ending, own, group, icon, folder</source><translation>tipo, espécie, extensão, própria, grupo, ícone, pasta</translation></message>
<message><source>Where Headrace keeps things</source><translation>Onde o Headrace guarda as coisas</translation></message>
<message><source>All settings</source><translation>Todas as configurações</translation></message>
<message><source>Profile folder</source><translation>Pasta do perfil</translation></message>
<message><source>Settings and the list of downloads are kept in this folder.</source><translation>As configurações e a lista de downloads ficam nesta pasta.</translation></message>
<message><source>database, backup, path, configuration</source><translation>banco de dados, backup, cópia de segurança, caminho, configuração</translation></message>
<message><source>Open</source><translation>Abrir</translation></message>
<message><source>Log file</source><translation>Arquivo de registro</translation></message>
<message><source>What the program did is written down here, to look into when something goes wrong.</source><translation>Aqui fica anotado o que o programa fez, para consultar quando algo dá errado.</translation></message>
<message><source>problem, report, debug, diagnosis</source><translation>problema, relatório, log, depuração, diagnóstico</translation></message>
<message><source>All settings are saved as one file, to keep or to take to another computer.</source><translation>Todas as configurações são salvas em um arquivo, para guardar ou levar a outro computador.</translation></message>
<message><source>backup, save, transfer, JSON</source><translation>backup, cópia de segurança, salvar, transferir, JSON</translation></message>
<message><source>Export…</source><translation>Exportar…</translation></message>
<message><source>Settings are taken from such a file. You can undo it.</source><translation>As configurações são lidas de um arquivo desses. É possível desfazer.</translation></message>
<message><source>restore, load, transfer, JSON</source><translation>restaurar, carregar, transferir, JSON</translation></message>
<message><source>Import…</source><translation>Importar…</translation></message>
<message><source>Reset all settings</source><translation>Redefinir todas as configurações</translation></message>
<message><source>Every setting goes back to its default. Downloads stay as they are. You can undo it.</source><translation>Todas as configurações voltam ao padrão. Os downloads ficam como estão. É possível desfazer.</translation></message>
<message><source>default, original, begin anew</source><translation>padrão, original, recomeçar, restaurar</translation></message>
<message><source>Reset all</source><translation>Redefinir tudo</translation></message>
<message><source>General</source><translation>Geral</translation></message>
<message><source>Downloads</source><translation>Downloads</translation></message>
<message><source>Connections</source><translation>Conexões</translation></message>
<message><source>Speed</source><translation>Velocidade</translation></message>
<message><source>Queues</source><translation>Filas</translation></message>
<message><source>Rules</source><translation>Regras</translation></message>
<message><source>Other programs</source><translation>Outros programas</translation></message>
<message><source>Appearance</source><translation>Aparência</translation></message>
<message><source>Notifications and power</source><translation>Notificações e energia</translation></message>
<message><source>Advanced</source><translation>Avançado</translation></message>
<message><source>Show hosts…</source><translation>Mostrar hosts…</translation></message>
<message numerus="yes"><source>%Ln rule(s)</source><translation><numerusform>%Ln regra</numerusform><numerusform>%Ln regras</numerusform></translation></message>
<message><source>At these hours</source><translation>Nestas horas</translation></message>
<message><source>These are too many different hours. Mark longer ones.</source><translation>São horas diferentes demais. Marque outras mais longas.</translation></message>
<message><source>Way out</source><translation>Saída</translation></message>
<message><source>Trust</source><translation>Confiança</translation></message>
<message><source>Logins</source><translation>Logins</translation></message>
<message><source>Single servers</source><translation>Servidores específicos</translation></message>
<message><source>Proxy</source><translation>Proxy</translation></message>
<message><source>Reach servers</source><translation>Alcançar servidores</translation></message>
<message><source>Proxies speak HTTP, HTTPS, SOCKS4 or SOCKS5; socks5h:// and socks4a:// look names up themselves. A password is never saved with the settings.</source><translation>Proxies falam HTTP, HTTPS, SOCKS4 ou SOCKS5; com socks5h:// e socks4a:// eles mesmos procuram os nomes. Uma senha nunca é salva com as configurações.</translation></message>
<message><source>proxy, SOCKS, SOCKS5, tunnel, PAC, company, Tor, VPN, network</source><translation>proxy, SOCKS, SOCKS5, túnel, PAC, empresa, Tor, VPN, rede</translation></message>
<message><source>Not by the proxy</source><translation>Sem o proxy</translation></message>
<message><source>Servers that are reached directly: names with all below them, networks such as 10.0.0.0/8, &lt;local&gt; for names without a dot.</source><translation>Servidores alcançados diretamente: nomes com tudo abaixo deles, redes como 10.0.0.0/8, &lt;local&gt; para nomes sem ponto.</translation></message>
<message><source>exception, bypass, intranet, local, no proxy</source><translation>exceção, contornar, intranet, local, sem proxy</translation></message>
<message><source>Hosts</source><translation>Servidores</translation></message>
<message><source>Connections, speed, pauses, user agent, referrer, headers and proxy of single servers, and what was learnt of them.</source><translation>Conexões, velocidade, pausas, agente do usuário, referenciador, cabeçalhos e proxy de cada servidor, e o que foi aprendido sobre ele.</translation></message>
<message><source>rule, server, site, domain, user agent, referer, header, limit, polite, retry, memory</source><translation>regra, servidor, site, domínio, agente do usuário, referenciador, cabeçalho, limite, educado, Retry-After, memória</translation></message>
<message><source>Only by this network</source><translation>Somente por esta rede</translation></message>
<message><source>An address or an interface of this computer, such as tun0 of a VPN. While it is gone, downloads wait. Names are still looked up as the system does.</source><translation>Um endereço ou interface deste computador, como tun0 de uma VPN. Enquanto faltar, os downloads esperam. Os nomes continuam sendo procurados como o sistema faz.</translation></message>
<message><source>VPN, bind, interface, network card, adapter, source address, kill switch</source><translation>VPN, vincular, interface, placa de rede, adaptador, endereço de origem, corte</translation></message>
<message><source>Any</source><translation>Qualquer</translation></message>
<message><source>Version of IP</source><translation>Versão do IP</translation></message>
<message><source>Which addresses of servers are connected to.</source><translation>A quais endereços de servidores se conecta.</translation></message>
<message><source>IPv4, IPv6, address, protocol</source><translation>IPv4, IPv6, endereço, protocolo</translation></message>
<message><source>Both</source><translation>Ambas</translation></message>
<message><source>IPv4 only</source><translation>Só IPv4</translation></message>
<message><source>IPv6 only</source><translation>Só IPv6</translation></message>
<message><source>Further certificates</source><translation>Outros certificados</translation></message>
<message><source>A PEM file with authorities that secure servers are trusted by, such as your company's.</source><translation>Um arquivo PEM com autoridades confiáveis para servidores seguros, como a da sua empresa.</translation></message>
<message><source>TLS, SSL, https, CA, authority, security</source><translation>TLS, SSL, https, AC, CA, autoridade, segurança</translation></message>
<message><source>None besides the system's</source><translation>Só os do sistema</translation></message>
<message><source>Oldest version of TLS</source><translation>Versão mais antiga do TLS</translation></message>
<message><source>Servers that speak older ones alone are not connected to.</source><translation>Não se conecta a servidores que só falam versões anteriores.</translation></message>
<message><source>SSL, https, security, encryption, protocol</source><translation>SSL, https, segurança, criptografia, protocolo</translation></message>
<message><source>TLS 1.2</source><translation>TLS 1.2</translation></message>
<message><source>TLS 1.3</source><translation>TLS 1.3</translation></message>
<message><source>Trusted in spite of faults</source><translation>Confiáveis apesar de falhas</translation></message>
<message><source>Written as example.org=SHA-256 of its certificate, or sftp://example.org=SHA256:… of its host key; what you trust in a download's dialog is here, too. Delete an entry to trust it no more.</source><translation>Escritos como example.org=SHA-256 do certificado ou sftp://example.org=SHA256:… da chave do servidor; o que você aceita no diálogo de um download também está aqui. Apague uma entrada para não confiar mais.</translation></message>
<message><source>exception, self-signed, fingerprint, pin, certificate, security</source><translation>exceção, autoassinado, impressão digital, certificado, segurança</translation></message>
<message><source>Your own certificates</source><translation>Seus próprios certificados</translation></message>
<message><source>Shown to one server each: example.org=/whole/path.pem, a file with certificate and key.</source><translation>Cada um é mostrado a um servidor: example.org=/caminho/inteiro.pem, um arquivo com certificado e chave.</translation></message>
<message><source>client certificate, key, PEM, mutual TLS, authentication</source><translation>certificado de cliente, chave, PEM, TLS mútuo, autenticação</translation></message>
<message><source>Cookies</source><translation>Cookies</translation></message>
<message><source>A cookies.txt, as browsers' add-ons export it; each cookie goes to the site it belongs to.</source><translation>Um cookies.txt, como as extensões dos navegadores exportam; cada cookie vai ao site a que pertence.</translation></message>
<message><source>cookies.txt, Netscape, session, members, sign in</source><translation>cookies.txt, Netscape, sessão, membros, entrar</translation></message>
<message><source>Read logins from .netrc</source><translation>Ler logins do .netrc</translation></message>
<message><source>Servers that ask for a login get the one that the file has for them.</source><translation>Servidores que pedem um login recebem o que o arquivo tem para eles.</translation></message>
<message><source>password, user, curl, authentication</source><translation>senha, usuário, curl, autenticação</translation></message>
<message><source>Forget logins</source><translation>Esquecer logins</translation></message>
<message><source>Those you gave, and those the system's keyring keeps for Headrace.</source><translation>Os que você deu, e os que o chaveiro do sistema guarda para o Headrace.</translation></message>
<message><source>password, keyring, delete, sign out</source><translation>senha, chaveiro, apagar, sair</translation></message>
<message><source>Forget all</source><translation>Esquecer tudo</translation></message>
<message><source>Undo</source><translation>Desfazer</translation></message>
<message><source>Less: {setting}</source><translation>Menos: {setting}</translation></message>
<message><source>More: {setting}</source><translation>Mais: {setting}</translation></message>
<message><source>s</source><comment>seconds, behind a number</comment><translation>s</translation></message>
<message><source>MB/s</source><translation>MB/s</translation></message>
<message><source>kB/s</source><translation>kB/s</translation></message>
<message><source>Pages of settings</source><translation>Páginas de configurações</translation></message>
<message><source>Reset this page</source><translation>Redefinir esta página</translation></message>
<message><source>This page is back to its defaults.</source><translation>Esta página voltou ao padrão.</translation></message>
<message><source>All of this page had its default already.</source><translation>Tudo nesta página já estava no padrão.</translation></message>
<message><source>No setting is about “{words}”.</source><translation>Nenhuma configuração trata de “{words}”.</translation></message>
<message><source>Write the whole path, from the root of the disk on.</source><translation>Escreva o caminho completo, desde a raiz do disco.</translation></message>
<message><source>Browse…</source><translation>Procurar…</translation></message>
<message><source>Browse: {setting}</source><translation>Procurar: {setting}</translation></message>
<message><source>Choose a certificate file</source><translation>Escolher um arquivo de certificados</translation></message>
<message><source>Certificates</source><translation>Certificados</translation></message>
<message><source>There is no such file.</source><translation>Esse arquivo não existe.</translation></message>
<message><source>There are no certificates in this file that can be used.</source><translation>Não há neste arquivo nenhum certificado que possa ser usado.</translation></message>
<message><source>This file cannot be read.</source><translation>Não é possível ler este arquivo.</translation></message>
<message><source>As the system does</source><translation>Como o sistema</translation></message>
<message><source>Directly</source><translation>Diretamente</translation></message>
<message><source>As the environment says</source><translation>Como diz o ambiente</translation></message>
<message><source>By this proxy:</source><translation>Por este proxy:</translation></message>
<message><source>Address of the proxy</source><translation>Endereço do proxy</translation></message>
<message><source>Write it as http://proxy.example:3128 or socks5h://name:password@127.0.0.1:1080.</source><translation>Escreva-o como http://proxy.example:3128 ou socks5h://name:password@127.0.0.1:1080.</translation></message>
<message><source>Write a name for the queue.</source><translation>Escreva um nome para a fila.</translation></message>
<message><source>There is a queue of this name already.</source><translation>Já existe uma fila com este nome.</translation></message>
<message><source>A name has at most {count} characters, all of them visible.</source><translation>Um nome tem no máximo {count} caracteres, todos visíveis.</translation></message>
<message><source>Starts downloads</source><translation>Inicia downloads</translation></message>
<message><source>Held</source><translation>Suspensa</translation></message>
<message><source>Name of the queue {name}</source><translation>Nome da fila {name}</translation></message>
<message><source>{name}: starts downloads</source><translation>{name}: inicia downloads</translation></message>
<message><source>Options of the queue {name}</source><translation>Opções da fila {name}</translation></message>
<message><source>Remove the queue {name}</source><translation>Remover a fila {name}</translation></message>
<message><source>Name of a new queue</source><translation>Nome de uma nova fila</translation></message>
<message><source>Add queue</source><translation>Adicionar fila</translation></message>
<message><source>The queue {name} is removed. Its downloads are in the main queue now.</source><translation>A fila {name} foi removida. Os downloads dela agora estão na fila principal.</translation></message>
<message><source>Only while “{setting}” is on.</source><translation>Só quando “{setting}” está ativado.</translation></message>
<message><source>Back to the default</source><translation>Voltar ao padrão</translation></message>
<message><source>{setting}: back to the default</source><translation>{setting}: voltar ao padrão</translation></message>
<message><source>Light</source><translation>Claro</translation></message>
<message><source>Dark</source><translation>Escuro</translation></message>
<message><source>There is none yet</source><translation>Ainda não há nenhum</translation></message>
<message><source>New token</source><translation>Novo token</translation></message>
<message><source>Copy</source><translation>Copiar</translation></message>
<message><source>Other…</source><translation>Outro…</translation></message>
<message><source>The desktop did not allow it.</source><translation>O ambiente de trabalho não permitiu.</translation></message>
<message><source>Starting and closing</source><translation>Iniciar e fechar</translation></message>
<message><source>Colours</source><translation>Cores</translation></message>
<message><source>List and figures</source><translation>Lista e números</translation></message>
<message><source>Motion</source><translation>Movimento</translation></message>
<message><source>Tray</source><translation>Bandeja</translation></message>
<message><source>Notifications</source><translation>Notificações</translation></message>
<message><source>Power</source><translation>Energia</translation></message>
<message><source>Language</source><translation>Idioma</translation></message>
<message><source>All texts change at once, and numbers and dates are written in its manner.</source><translation>Todos os textos mudam na hora, e números e datas seguem o idioma escolhido.</translation></message>
<message><source>translation, locale, English</source><translation>tradução, localidade, língua, português, inglês</translation></message>
<message><source>Start with the computer</source><translation>Iniciar com o computador</translation></message>
<message><source>Headrace starts by itself when you log in.</source><translation>O Headrace abre sozinho quando você faz login.</translation></message>
<message><source>autostart, session, login, boot, launch</source><translation>início automático, sessão, login, inicialização, abrir</translation></message>
<message><source>Start hidden</source><translation>Iniciar oculto</translation></message>
<message><source>Only the tray icon is there after a start; click it to see the window.</source><translation>Depois de iniciar, só aparece o ícone da bandeja; clique nele para ver a janela.</translation></message>
<message><source>minimised, background, tray</source><translation>minimizado, segundo plano, bandeja</translation></message>
<message><source>Continue where you left off</source><translation>Continuar de onde parou</translation></message>
<message><source>Downloads that ran when you quit run again at the next start. Else they wait paused.</source><translation>Os downloads em andamento ao sair são retomados na próxima vez. Caso contrário, esperam em pausa.</translation></message>
<message><source>resume at start, restart</source><translation>retomar ao iniciar, reiniciar</translation></message>
<message><source>Closing the window</source><translation>Ao fechar a janela</translation></message>
<message><source>In the tray, downloads go on without a window.</source><translation>Na bandeja, os downloads continuam sem janela.</translation></message>
<message><source>exit, minimise, background</source><translation>sair, minimizar, segundo plano</translation></message>
<message><source>Quits Headrace</source><translation>Encerrar o Headrace</translation></message>
<message><source>Keeps it in the tray</source><translation>Manter na bandeja</translation></message>
<message><source>Light or dark</source><translation>Claro ou escuro</translation></message>
<message><source>The window can follow the system, or be always the same.</source><translation>A janela pode seguir o sistema ou ficar sempre igual.</translation></message>
<message><source>theme, night mode, dark mode, colour scheme</source><translation>tema, modo noturno, modo escuro, esquema de cores</translation></message>
<message><source>Buttons, progress and what is chosen have this colour.</source><translation>Botões, progresso e itens selecionados têm esta cor.</translation></message>
<message><source>theme, highlight, tint</source><translation>tema, destaque, tonalidade</translation></message>
<message><source>One-line rows</source><translation>Linhas compactas</translation></message>
<message><source>More downloads fit into the window; what each is doing is told in fewer words.</source><translation>Mais downloads cabem na janela; o que cada um faz é dito em menos palavras.</translation></message>
<message><source>compact, dense, row height</source><translation>compacto, denso, altura da linha</translation></message>
<message><source>Binary units</source><translation>Unidades binárias</translation></message>
<message><source>Sizes are written in KiB, MiB and GiB (1,024 at a time) instead of kB, MB and GB.</source><translation>Os tamanhos são escritos em KiB, MiB e GiB (de 1.024 em 1.024) em vez de kB, MB e GB.</translation></message>
<message><source>megabyte, mebibyte, 1000, 1024</source><translation>megabyte, mebibyte, 1000, 1024</translation></message>
<message><source>Things slide and fade for a moment. Reduced, they change at once.</source><translation>Os elementos deslizam e esmaecem por um instante. Se reduzido, mudam na hora.</translation></message>
<message><source>animation, effects, accessibility</source><translation>animação, efeitos, acessibilidade</translation></message>
<message><source>Full</source><translation>Completo</translation></message>
<message><source>Reduced</source><translation>Reduzido</translation></message>
<message><source>Tray icon</source><translation>Ícone na bandeja</translation></message>
<message><source>An icon in the system tray shows progress and offers what you need most.</source><translation>Um ícone na bandeja do sistema mostra o progresso e oferece o essencial.</translation></message>
<message><source>system tray, status icon, background</source><translation>bandeja do sistema, ícone de status, segundo plano</translation></message>
<message><source>When a download has finished</source><translation>Quando um download é concluído</translation></message>
<message><source>A notification offers to open the file or its folder.</source><translation>Uma notificação oferece abrir o arquivo ou sua pasta.</translation></message>
<message><source>message, alert, bubble, done</source><translation>mensagem, alerta, balão, pronto</translation></message>
<message><source>When a download has failed</source><translation>Quando um download falha</translation></message>
<message><source>A notification says why, and offers to try again.</source><translation>Uma notificação diz o motivo e oferece tentar novamente.</translation></message>
<message><source>message, alert, bubble, error</source><translation>mensagem, alerta, balão, erro</translation></message>
<message><source>Keep the computer awake</source><translation>Manter o computador ativo</translation></message>
<message><source>The computer does not go to sleep by itself while something is downloading.</source><translation>O computador não entra em suspensão sozinho enquanto algo está sendo baixado.</translation></message>
<message><source>sleep, suspend, standby, energy, battery</source><translation>suspender, hibernar, repouso, energia, bateria</translation></message>
<message><source>“{part}” is no origin. Write it as https://example.org, without a path.</source><translation>“{part}” não é uma origem. Escreva como https://example.org, sem caminho.</translation></message>
<message><source>“{part}” is no name of a computer. Write it without http:// and port.</source><translation>“{part}” não é o nome de um computador. Escreva sem http:// e porta.</translation></message>
<message><source>“{part}” is no name of a server and no network such as 10.0.0.0/8.</source><translation>“{part}” não é nome de servidor nem rede como 10.0.0.0/8.</translation></message>
<message><source>Write an address of this computer, or an interface such as tun0.</source><translation>Escreva um endereço deste computador ou uma interface como tun0.</translation></message>
<message><source>“{part}” is not written as example.org=64 digits from 0 to f.</source><translation>“{part}” não está escrito como example.org=64 dígitos de 0 a f.</translation></message>
<message><source>“{part}” is not written as example.org=/whole/path.pem.</source><translation>“{part}” não está escrito como example.org=/caminho/inteiro.pem.</translation></message>
<message><source>A quotation mark is open.</source><translation>Há uma aspa aberta.</translation></message>
<message><source>Begin with a program.</source><translation>Comece com um programa.</translation></message>
<message><source>In braces there may only be {facts}.</source><translation>Entre chaves só pode haver {facts}.</translation></message>
<message><source>Write an address that begins with https:// or http://.</source><translation>Escreva um endereço que comece com https:// ou http://.</translation></message>
</context>
<context>
<name>Shortcuts</name>
<message><source>Go to the next part of the window</source><translation>Ir para a próxima parte da janela</translation></message>
<message><source>Show the menu bar</source><translation>Mostrar a barra de menus</translation></message>
<message><source>Leave the search, or close a dialog</source><translation>Sair da pesquisa ou fechar um diálogo</translation></message>
<message><source>Show what can be done with the chosen rows</source><translation>Mostrar o que pode ser feito com as linhas selecionadas</translation></message>
<message><source>Keyboard shortcuts</source><translation>Atalhos de teclado</translation></message>
<message><source>Everywhere</source><translation>Em todo o programa</translation></message>
</context>
<context>
<name>Sort</name>
<message><source>Sort by the rules</source><translation>Organizar pelas regras</translation></message>
<message><source>Files move to where the rules want them. Their names stay.</source><translation>Os arquivos vão para onde as regras querem. Os nomes continuam.</translation></message>
<message><source>What moves</source><translation>O que é movido</translation></message>
<message><source>{name} → {folder}</source><translation>{name} → {folder}</translation></message>
<message><source>and {count} more</source><translation>e mais {count}</translation></message>
<message><source>There are no rules yet. Make some in the settings.</source><translation>Ainda não há regras. Crie algumas nas configurações.</translation></message>
<message><source>All of it is where the rules want it.</source><translation>Tudo está onde as regras querem.</translation></message>
<message><source>Moving {what}</source><translation>Movendo {what}</translation></message>
</context>
<context>
<name>Status</name>
<message><source>{used} of {budget} used</source><translation>{used} de {budget} usados</translation></message>
<message><source>At this rate, {size} will have come by then.</source><translation>Nesse ritmo, {size} terão chegado até lá.</translation></message>
<message><source>When done: {deed}</source><translation>Ao terminar: {deed}</translation></message>
<message numerus="yes"><source>%Ln active</source><translation><numerusform>%Ln ativo</numerusform><numerusform>%Ln ativos</numerusform></translation></message>
<message numerus="yes"><source>%Ln waiting</source><translation><numerusform>%Ln em espera</numerusform><numerusform>%Ln em espera</numerusform></translation></message>
<message><source>Limited to {speed}</source><translation>Limitado a {speed}</translation></message>
<message><source>Nothing to do</source><translation>Nada em andamento</translation></message>
<message><source>Leaving room: {speed}</source><translation>Deixando espaço: {speed}</translation></message>
<message><source>{size} free in {folder}</source><translation>{size} livres em {folder}</translation></message>
<message><source>Online</source><translation>On-line</translation></message>
<message><source>Offline</source><translation>Off-line</translation></message>
<message><source>The line is busy: answers took {slow} ms, and {usual} ms when it was free. Downloads step back to {speed} at most until they are quick again.</source><translation>A linha está ocupada: as respostas levaram {slow} ms, e {usual} ms quando estava livre. Os downloads recuam para no máximo {speed} até que elas voltem a ser rápidas.</translation></message>
</context>
<context>
<name>Story</name>
<message><source>Stopped, its queue is held</source><translation>Interrompido, a fila está suspensa</translation></message>
<message><source>Stopped, the hours of its queue are over</source><translation>Interrompido, as horas da fila terminaram</translation></message>
<message><source>Stopped, the network wants a login in a browser first</source><translation>Interrompido, a rede pede antes um login no navegador</translation></message>
<message><source>Stopped, the network is metered</source><translation>Interrompido, a rede conta os dados</translation></message>
<message><source>Stopped, the data budget is used up</source><translation>Interrompido, a franquia de dados acabou</translation></message>
<message><source>Information</source><translation>Informação</translation></message>
<message><source>Success</source><translation>Sucesso</translation></message>
<message><source>Warning</source><translation>Aviso</translation></message>
<message><source>Error</source><translation>Erro</translation></message>
<message><source>Begun anew: the file on the server has changed</source><translation>Recomeçado: o arquivo mudou no servidor</translation></message>
<message><source>Begun anew: the server cannot resume safely</source><translation>Recomeçado: o servidor não permite retomar com segurança</translation></message>
<message><source>Begun anew: the unfinished file was missing or had been changed</source><translation>Recomeçado: o arquivo incompleto sumiu ou foi alterado</translation></message>
<message><source>The server does not say how long the file is, so a cut would look like its end</source><translation>O servidor não informa o tamanho do arquivo; um corte passaria despercebido</translation></message>
<message><source>A file of that name was there already, so nothing was fetched</source><translation>Já havia um arquivo com esse nome, por isso nada foi baixado</translation></message>
<message><source>The server names no version, so the bytes around each join were compared</source><translation>O servidor não identifica a versão; os bytes em torno de cada emenda foram comparados</translation></message>
<message><source>Blocks on disk had been changed and were fetched again</source><translation>Blocos no disco tinham sido alterados e foram baixados de novo</translation></message>
<message><source>The server called it compressed and it was not; it was saved as it came</source><translation>O servidor disse que o arquivo era compactado, mas não era; foi salvo como veio</translation></message>
<message><source>The server says it is another kind of file than its name promises</source><translation>O servidor diz que o arquivo é de um tipo diferente do que o nome promete</translation></message>
<message><source>Characters that would hide the name's true ending were removed</source><translation>Foram removidos caracteres que esconderiam a verdadeira extensão do nome</translation></message>
<message><source>The only checksum known shows accidents, not forgeries</source><translation>O único checksum conhecido revela acidentes, não falsificações</translation></message>
<message><source>One of its addresses failed or had another file</source><translation>Um dos endereços falhou ou tinha outro arquivo</translation></message>
<message><source>The disk cannot set room aside, so it may run full on the way</source><translation>O disco não consegue reservar espaço e pode encher no caminho</translation></message>
<message><source>The feed was interrupted; the gaps are listed beside the file</source><translation>A transmissão foi interrompida; as lacunas estão listadas ao lado do arquivo</translation></message>
<message><source>Ended on request; the file holds what had come</source><translation>Encerrado a pedido; o arquivo contém o que já tinha chegado</translation></message>
<message><source>The file could not be marked with where it came from</source><translation>Não foi possível marcar o arquivo com sua origem</translation></message>
<message><source>Begun anew: what another program had left was not right</source><translation>Recomeçado: o que outro programa deixou não estava certo</translation></message>
<message><source>No checksum is known: of what another program had left only samples were compared</source><translation>Nenhuma soma de verificação conhecida: do que outro programa deixou, só amostras foram comparadas</translation></message>
<message><source>Added, from {host}</source><translation>Adicionado, de {host}</translation></message>
<message numerus="yes"><source>%Ln more address(es)</source><translation><numerusform>Mais %Ln endereço</numerusform><numerusform>Mais %Ln endereços</numerusform></translation></message>
<message><source>Attempt {number} begins</source><translation>Começa a tentativa {number}</translation></message>
<message><source>length unknown</source><translation>tamanho desconhecido</translation></message>
<message><source>can be resumed</source><translation>pode ser retomado</translation></message>
<message><source>cannot be resumed</source><translation>não pode ser retomado</translation></message>
<message><source>{host} answers</source><translation>{host} responde</translation></message>
<message numerus="yes"><source>%Ln connection(s) at work</source><translation><numerusform>%Ln conexão em uso</numerusform><numerusform>%Ln conexões em uso</numerusform></translation></message>
<message><source>Trying again in {time}</source><translation>Nova tentativa em {time}</translation></message>
<message><source>Trying again at once</source><translation>Nova tentativa imediata</translation></message>
<message><source>Failed</source><translation>Falhou</translation></message>
<message><source>Begun anew, as asked for</source><translation>Recomeçado, como pedido</translation></message>
<message><source>Notice {number}</source><translation>Aviso {number}</translation></message>
<message><source>{host} is asked no more</source><translation>{host} não é mais consultado</translation></message>
<message><source>The {algorithm} checksum you gave is right</source><translation>O checksum {algorithm} informado por você está correto</translation></message>
<message><source>The {algorithm} checksum of every piece is right</source><translation>O checksum {algorithm} de cada parte está correto</translation></message>
<message><source>The {algorithm} checksum is right</source><translation>O checksum {algorithm} está correto</translation></message>
<message><source>The {algorithm} checksum from {source} is right</source><translation>O checksum {algorithm} de {source} está correto</translation></message>
<message><source>{time} after it was added</source><translation>{time} depois de adicionado</translation></message>
<message><source>Finished</source><translation>Concluído</translation></message>
<message><source>A connection to {host} ended early</source><translation>Uma conexão com {host} terminou antes do tempo</translation></message>
<message><source>the server sent no more</source><translation>o servidor não enviou mais nada</translation></message>
<message><source>{size} on disk had been changed and are fetched again</source><translation>{size} no disco tinham sido alterados e estão sendo baixados de novo</translation></message>
<message><source>Goes on from another address, at {host}</source><translation>Continua de outro endereço, em {host}</translation></message>
<message><source>Renamed to {name}</source><translation>Renomeado para {name}</translation></message>
<message><source>Moved to {folder}</source><translation>Movido para {folder}</translation></message>
<message><source>Checked again: every byte is right</source><translation>Verificado novamente: todos os bytes estão corretos</translation></message>
<message><source>Checked again: the size is right, and nothing more is known</source><translation>Verificado novamente: o tamanho está correto; nada mais se sabe</translation></message>
<message><source>Checked again: it is not the file any more that was downloaded</source><translation>Verificado novamente: não é mais o arquivo que foi baixado</translation></message>
<message><source>Checked again: the file is no longer there</source><translation>Verificado novamente: o arquivo não está mais lá</translation></message>
<message><source>Checked again: the file cannot be read</source><translation>Verificado novamente: não foi possível ler o arquivo</translation></message>
<message><source>Checked again: the file is there, and nothing more is known</source><translation>Verificado novamente: o arquivo está lá; nada mais se sabe</translation></message>
<message><source>The check was stopped</source><translation>A verificação foi interrompida</translation></message>
<message><source>Checked again</source><translation>Verificado novamente</translation></message>
<message><source>by the digests Headrace kept of it</source><translation>por hashes guardados pelo Headrace</translation></message>
<message><source>{size} of another program's file taken over</source><translation>{size} assumidos do arquivo de outro programa</translation></message>
<message numerus="yes"><source>%Ln sample(s) compared with the server's</source><translation><numerusform>%Ln amostra comparada com a do servidor</numerusform><numerusform>%Ln amostras comparadas com as do servidor</numerusform></translation></message>
<message><source>A new version of a watched file, now called {name}</source><translation>Uma nova versão de um arquivo acompanhado, agora chamada {name}</translation></message>
<message><source>A newer version has the name {name} now</source><translation>Uma versão mais nova tem agora o nome {name}</translation></message>
<message><source>Paused</source><translation>Pausado</translation></message>
<message><source>Resumed</source><translation>Retomado</translation></message>
<message><source>Taken off the list</source><translation>Retirado da lista</translation></message>
<message><source>Put back on the list</source><translation>Recolocado na lista</translation></message>
<message><source>Headrace was closed</source><translation>O Headrace foi fechado</translation></message>
<message><source>Headrace started and found it under way</source><translation>O Headrace foi aberto e encontrou o download em andamento</translation></message>
<message><source>Stopped</source><translation>Interrompido</translation></message>
<message><source>Asked for anew, from the first byte</source><translation>Pedido de novo, desde o primeiro byte</translation></message>
<message><source>{size} here</source><translation>{size} já baixados</translation></message>
<message><source>HTTP status {status}</source><translation>status HTTP {status}</translation></message>
<message><source>Reason {number}</source><translation>Motivo {number}</translation></message>
</context>
<context>
<name>TakeOver</name>
<message><source>Take over an unfinished file</source><translation>Assumir um arquivo inacabado</translation></message>
<message><source>Take over</source><translation>Assumir</translation></message>
<message><source>Address it came from</source><translation>Endereço de onde veio</translation></message>
<message><source>This is not an address. It begins with https:// or http://.</source><translation>Isto não é um endereço. Ele começa com https:// ou http://.</translation></message>
<message><source>{size} of {total}</source><translation>{size} de {total}</translation></message>
<message><source>{name}: {there}, left by {program}.</source><translation>{name}: {there}, deixado por {program}.</translation></message>
<message><source>{name}: {there}.</source><translation>{name}: {there}.</translation></message>
<message><source>Samples are compared with the server's file first; the download then goes on in the same folder. End it in the other program before.</source><translation>Primeiro, amostras são comparadas com o arquivo do servidor; depois o download continua na mesma pasta. Encerre-o antes no outro programa.</translation></message>
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
<message><source>No limit</source><translation>Sem limite</translation></message>
<message><source>{size}/s</source><translation>{size}/s</translation></message>
<message><source>{number} %</source><translation>{number}%</translation></message>
<message><source>a moment</source><translation>um instante</translation></message>
<message><source>{seconds} s</source><translation>{seconds} s</translation></message>
<message><source>about {time}</source><translation>cerca de {time}</translation></message>
<message numerus="yes"><source>about %Ln day(s)</source><translation><numerusform>cerca de %Ln dia</numerusform><numerusform>cerca de %Ln dias</numerusform></translation></message>
<message><source>over a month</source><translation>mais de um mês</translation></message>
<message><source>{minutes} min</source><translation>{minutes} min</translation></message>
<message><source>{hours} h</source><translation>{hours} h</translation></message>
<message><source>yesterday</source><translation>ontem</translation></message>
<message><source>d MMM</source><extracomment>A date of this year in Qt's format: d is the day, MMM the month's short name. "MMM d", "M月d日"</extracomment><translation>d MMM</translation></message>
<message><source>d MMM yyyy</source><extracomment>A date in Qt's format: d is the day, MMM the month's short name, yyyy the year</extracomment><translation>d MMM yyyy</translation></message>
</context>
<context>
<name>Unpacking</name>
<message><source>There is no program here that plays sounds</source><translation>Não há aqui nenhum programa que toque sons</translation></message>
<message><source>Stop</source><translation>Parar</translation></message>
<message><source>Open</source><translation>Abrir</translation></message>
<message><source>It is no zip, tar or 7z archive.</source><translation>Não é um arquivo zip, tar ou 7z.</translation></message>
<message><source>RAR archives are not extracted.</source><translation>Arquivos RAR não são extraídos.</translation></message>
<message><source>It is one part of several, which are not put together.</source><translation>É uma de várias partes, que não são reunidas.</translation></message>
<message><source>The file is not there any more.</source><translation>O arquivo não está mais lá.</translation></message>
<message><source>The library {detail} is not installed.</source><translation>A biblioteca {detail} não está instalada.</translation></message>
<message><source>It is packed in a way that is not known here.</source><translation>Está compactado de um modo desconhecido aqui.</translation></message>
<message><source>It wants a password.</source><translation>Ele pede uma senha.</translation></message>
<message><source>It is damaged.</source><translation>Está danificado.</translation></message>
<message><source>A name in it leads out of its folder: {detail}</source><translation>Um nome contido nele leva para fora da pasta: {detail}</translation></message>
<message><source>It was made to do harm: several files in it are the same bytes.</source><translation>Foi feito para causar danos: vários arquivos nele são os mesmos bytes.</translation></message>
<message><source>It unpacks to far more than it is.</source><translation>Descompactado, fica muito maior do que é.</translation></message>
<message><source>It holds too many files.</source><translation>Contém arquivos demais.</translation></message>
<message><source>There is too little room on the disk.</source><translation>Não há espaço suficiente no disco.</translation></message>
<message><source>The disk refuses: {detail}</source><translation>O disco recusa: {detail}</translation></message>
<message><source>It was stopped.</source><translation>Foi interrompido.</translation></message>
<message><source>“{name}” was not extracted. {why}</source><translation>“{name}” não foi extraído. {why}</translation></message>
<message><source>“{name}” extracted</source><translation>“{name}” extraído</translation></message>
<message numerus="yes"><source>%Ln file(s)</source><translation><numerusform>%Ln arquivo</numerusform><numerusform>%Ln arquivos</numerusform></translation></message>
<message numerus="yes"><source>%Ln link(s) left out</source><translation><numerusform>%Ln link deixado de fora</numerusform><numerusform>%Ln links deixados de fora</numerusform></translation></message>
<message><source>Extracting “{name}”…</source><translation>Extraindo “{name}”…</translation></message>
</context>
<context>
<name>Watch</name>
<message><source>A new version has arrived</source><translation>Chegou uma nova versão</translation></message>
<message><source>minutes</source><translation>minutos</translation></message>
<message><source>hours</source><translation>horas</translation></message>
<message><source>days</source><translation>dias</translation></message>
<message><source>Watch for changes</source><translation>Acompanhar as alterações</translation></message>
<message><source>Watch</source><translation>Acompanhar</translation></message>
<message><source>Look &amp;every</source><translation>&amp;Verificar a cada</translation></message>
<message><source>Versions to &amp;keep, the newest among them</source><translation>Versões a &amp;manter, incluindo a mais nova</translation></message>
<message><source>Time between two looks</source><translation>Tempo entre duas verificações</translation></message>
<message><source>Unit of the time between two looks</source><translation>Unidade do tempo entre duas verificações</translation></message>
<message><source>All</source><translation>Todas</translation></message>
<message><source>&amp;Look now</source><translation>Verificar &amp;agora</translation></message>
<message><source>&amp;Stop watching</source><translation>&amp;Deixar de acompanhar</translation></message>
<message><source>A recording cannot be watched.</source><translation>Uma gravação não pode ser acompanhada.</translation></message>
<message><source>While Headrace runs, the server is asked whether the file has changed. A new version is downloaded and takes the file's name; the one before it is kept under a name with its date.</source><translation>Enquanto o Headrace está em execução, ele pergunta ao servidor se o arquivo mudou. Uma nova versão é baixada e recebe o nome do arquivo; a anterior é mantida com um nome que traz a data dela.</translation></message>
<message><source>Show in folder</source><translation>Mostrar na pasta</translation></message>
<message><source>changed version of a watched file</source><translation>versão alterada de um arquivo acompanhado</translation></message>
<message><source>watched: a change, being fetched</source><translation>acompanhado: mudou, baixando</translation></message>
<message><source>watched: {reason}</source><translation>acompanhado: {reason}</translation></message>
<message><source>watched</source><translation>acompanhado</translation></message>
<message><source>watched: new version, {time}</source><translation>acompanhado: nova versão, {time}</translation></message>
<message><source>watched: no change, {time}</source><translation>acompanhado: sem mudança, {time}</translation></message>
<message><source>Last look: {time}, {outcome}.</source><translation>Última verificação: {time}, {outcome}.</translation></message>
<message><source>Next look: {time}.</source><translation>Próxima verificação: {time}.</translation></message>
<message numerus="yes"><source>%Ln earlier version(s) kept.</source><translation><numerusform>%Ln versão anterior mantida.</numerusform><numerusform>%Ln versões anteriores mantidas.</numerusform></translation></message>
<message><source>something has changed</source><translation>algo mudou</translation></message>
<message><source>a new version</source><translation>uma nova versão</translation></message>
<message><source>no change</source><translation>nenhuma mudança</translation></message>
<message><source>A new version of {name} has arrived</source><translation>Chegou uma nova versão de {name}</translation></message>
</context>
<context>
<name>Window</name>
<message><source>The command {what} could not be run: {why}.</source><translation>O comando {what} não pôde ser executado: {why}.</translation></message>
<message><source>{what} could not be told what happens: {why}.</source><translation>{what} não pôde ser avisado do que acontece: {why}.</translation></message>
<message><source>The list {what} could not be added: {why}.</source><translation>A lista {what} não pôde ser adicionada: {why}.</translation></message>
<message><source>More</source><translation>Mais</translation></message>
<message><source>Add</source><translation>Adicionar</translation></message>
<message numerus="yes"><source>%Ln link(s) to files on the clipboard</source><translation><numerusform>%Ln link de arquivo na área de transferência</numerusform><numerusform>%Ln links de arquivos na área de transferência</numerusform></translation></message>
<message><source>This network wants a login first: open any page in your browser.</source><translation>Esta rede pede antes um login: abra qualquer página no navegador.</translation></message>
<message><source>Nothing matches “{text}”</source><translation>Nada corresponde a “{text}”</translation></message>
<message><source>Clear the search</source><translation>Limpar a busca</translation></message>
<message><source>Nothing here at the moment</source><translation>Nada aqui no momento</translation></message>
<message><source>Choose All to see everything</source><translation>Escolha Todos para ver tudo</translation></message>
<message><source>Drop links here</source><translation>Solte links aqui</translation></message>
<message><source>or press Ctrl+N to add some, Ctrl+V to paste what you copied</source><translation>ou use Ctrl+N para adicionar e Ctrl+V para colar o que copiou</translation></message>
<message><source>There is no address in it</source><translation>Nenhum endereço encontrado</translation></message>
<message numerus="yes"><source>Added %Ln download(s)</source><translation><numerusform>%Ln download adicionado</numerusform><numerusform>%Ln downloads adicionados</numerusform></translation></message>
<message><source>There is no address on the clipboard</source><translation>Nenhum endereço na área de transferência</translation></message>
<message><source>Close this message</source><translation>Fechar esta mensagem</translation></message>
<message><source>Search name, address or host</source><translation>Pesquisar nome, endereço ou host</translation></message>
<message><source>Other programs cannot be served at port {port}: {why}. Choose another port.</source><translation>Outros programas não podem ser atendidos na porta {port}: {why}. Escolha outra porta.</translation></message>
<message><source>Speed limit over all downloads</source><translation>Limite de velocidade de todos os downloads</translation></message>
<message><source>Quiet, speed limit: {limit}</source><translation>Silencioso, limite de velocidade: {limit}</translation></message>
<message><source>Speed limit: {limit}</source><translation>Limite de velocidade: {limit}</translation></message>
<message><source>Other limit…</source><translation>Outro limite…</translation></message>
<message><source>Headrace cannot save to its profile folder. {reason}</source><translation>O Headrace não consegue salvar na pasta do perfil. {reason}</translation></message>
</context>
<context>
<name>Words</name>
<message><source>Waiting, the queue is held</source><translation>Aguardando, a fila está suspensa</translation></message>
<message><source>Waiting for the hours of its queue</source><translation>Aguardando as horas da fila</translation></message>
<message><source>Waiting, this network wants a login in a browser</source><translation>Aguardando, esta rede pede um login no navegador</translation></message>
<message><source>Waiting for a network that is not metered</source><translation>Aguardando uma rede que não conte os dados</translation></message>
<message><source>Waiting, the data budget is used up</source><translation>Aguardando, a franquia de dados acabou</translation></message>
<message><source>Waiting for the hours of its queue, from {time}</source><translation>Aguardando as horas da fila, a partir de {time}</translation></message>
<message><source>Waiting, the data budget is used up until {time}</source><translation>Aguardando, a franquia de dados acabou até {time}</translation></message>
<message><source>Waiting, the data budget of {budget} is used up until {time}</source><translation>Aguardando, a franquia de dados de {budget} acabou até {time}</translation></message>
<message><source>All</source><translation>Todos</translation></message>
<message><source>Active</source><translation>Ativos</translation></message>
<message><source>Waiting</source><translation>Em espera</translation></message>
<message><source>Paused</source><translation>Em pausa</translation></message>
<message><source>Finished</source><translation>Concluídos</translation></message>
<message><source>Failed</source><translation>Com falha</translation></message>
<message><source>Video</source><translation>Vídeos</translation></message>
<message><source>Music</source><translation>Músicas</translation></message>
<message><source>Pictures</source><translation>Imagens</translation></message>
<message><source>Documents</source><translation>Documentos</translation></message>
<message><source>Archives</source><translation>Compactados</translation></message>
<message><source>Programs</source><translation>Programas</translation></message>
<message><source>Other</source><translation>Outros</translation></message>
<message><source>Connecting</source><translation>Conectando</translation></message>
<message><source>Downloading</source><translation>Baixando</translation></message>
<message><source>Trying again soon</source><translation>Nova tentativa em breve</translation></message>
<message><source>Finishing</source><translation>Finalizando</translation></message>
<message><source>Done</source><translation>Concluído</translation></message>
<message numerus="yes"><source>%Ln connection(s)</source><translation><numerusform>%Ln conexão</numerusform><numerusform>%Ln conexões</numerusform></translation></message>
<message numerus="yes"><source>%Ln download(s)</source><translation><numerusform>%Ln download</numerusform><numerusform>%Ln downloads</numerusform></translation></message>
<message><source>Missing</source><comment>a file that is gone</comment><translation>Ausente</translation></message>
<message><source>{size} so far</source><translation>{size} até agora</translation></message>
<message><source>Private</source><translation>Privado</translation></message>
<message><source>Waiting for a free place</source><translation>Aguardando uma vaga</translation></message>
<message><source>Waiting in {queue}, number {place} in line</source><translation>Aguardando em {queue}, posição {place} na fila</translation></message>
<message><source>Waiting for a free place, next in line</source><translation>Aguardando uma vaga, próximo da fila</translation></message>
<message><source>Waiting for a free place, number {place} in line</source><translation>Aguardando uma vaga, posição {place} na fila</translation></message>
<message><source>Connecting to {host}</source><translation>Conectando a {host}</translation></message>
<message><source>from {host}</source><translation>de {host}</translation></message>
<message><source>nothing is arriving at the moment</source><translation>nada chegando no momento</translation></message>
<message><source>limited to {speed}</source><translation>limitado a {speed}</translation></message>
<message><source>cannot be resumed</source><translation>não pode ser retomado</translation></message>
<message><source>Interrupted</source><translation>Interrompido</translation></message>
<message><source>{reason}, trying again soon</source><translation>{reason}, nova tentativa em breve</translation></message>
<message><source>{reason}, trying again now</source><translation>{reason}, nova tentativa agora</translation></message>
<message><source>{reason}, trying again in {time}</source><translation>{reason}, nova tentativa em {time}</translation></message>
<message><source>Checking the file and saving it for good</source><translation>Verificando o arquivo e salvando-o em definitivo</translation></message>
<message><source>Paused · will begin again, the server cannot resume</source><translation>Em pausa · vai recomeçar, o servidor não permite retomar</translation></message>
<message><source>Paused · resumes from {size}</source><translation>Em pausa · continua a partir de {size}</translation></message>
<message><source>{size} kept</source><translation>{size} mantidos</translation></message>
<message><source>File is no longer there</source><translation>O arquivo não está mais lá</translation></message>
<message><source>Skipped, a file of that name was there already</source><translation>Ignorado, já havia um arquivo com esse nome</translation></message>
<message><source>Finished, length checked</source><translation>Concluído, tamanho conferido</translation></message>
<message><source>Finished</source><comment>a download's state</comment><translation>Concluído</translation></message>
<message><source>Finished, verified by {proof}</source><translation>Concluído, verificado com {proof}</translation></message>
<message><source>{what} (needs {size} more)</source><translation>{what} (faltam {size})</translation></message>
<message><source>To log in: {command}</source><translation>Para entrar: {command}</translation></message>
<message><source>{what}. {advice}.</source><translation>{what}. {advice}.</translation></message>
<message><source>The server's status was {status}.</source><translation>O status do servidor foi {status}.</translation></message>
<message><source>{time} left</source><translation>tempo restante: {time}</translation></message>
</context>
</TS>
