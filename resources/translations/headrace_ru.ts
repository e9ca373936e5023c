<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ru" sourcelanguage="en">
<context>
<name>Actions</name>
<message><source>&amp;Add downloads…</source><translation>&amp;Добавить загрузки…</translation></message>
<message><source>Add</source><translation>Добавить</translation></message>
<message><source>Add from the c&amp;lipboard</source><translation>Добавить из &amp;буфера обмена</translation></message>
<message><source>&amp;Open lists…</source><translation>&amp;Открыть списки…</translation></message>
<message><source>&amp;Export the list…</source><translation>&amp;Экспортировать список…</translation></message>
<message><source>&amp;Take over an unfinished file…</source><translation>&amp;Перенять незавершённый файл…</translation></message>
<message><source>&amp;Resume</source><translation>&amp;Возобновить</translation></message>
<message><source>A&amp;llow it and try again</source><translation>&amp;Разрешить и повторить</translation></message>
<message><source>&amp;End recording and keep it</source><translation>Завер&amp;шить запись и сохранить</translation></message>
<message><source>&amp;Pause</source><translation>Приос&amp;тановить</translation></message>
<message><source>Pause or resume</source><translation>Приостановить или возобновить</translation></message>
<message><source>Re&amp;move</source><translation>&amp;Удалить</translation></message>
<message><source>Remove with f&amp;ile</source><translation>Удалить с &amp;файлом</translation></message>
<message><source>&amp;Delete for good…</source><translation>Уда&amp;лить навсегда…</translation></message>
<message><source>Move &amp;up in line</source><translation>Подн&amp;ять в очереди</translation></message>
<message><source>Move up</source><translation>Поднять</translation></message>
<message><source>Move do&amp;wn in line</source><translation>Опустить в о&amp;череди</translation></message>
<message><source>Move down</source><translation>Опустить</translation></message>
<message><source>Move to the &amp;top</source><translation>В &amp;начало очереди</translation></message>
<message><source>Move to the &amp;bottom</source><translation>В коне&amp;ц очереди</translation></message>
<message><source>&amp;Open</source><translation>&amp;Открыть</translation></message>
<message><source>Show in &amp;folder</source><translation>Показать в &amp;папке</translation></message>
<message><source>Re&amp;name…</source><translation>Пере&amp;именовать…</translation></message>
<message><source>Move to another fo&amp;lder…</source><translation>Переместить в &amp;другую папку…</translation></message>
<message><source>Sort b&amp;y the rules…</source><translation>Разложить по правила&amp;м…</translation></message>
<message><source>Change addre&amp;ss…</source><translation>Изменить &amp;адрес…</translation></message>
<message><source>Lo&amp;g in…</source><translation>В&amp;ойти…</translation></message>
<message><source>Show the c&amp;ertificate…</source><translation>Показать серти&amp;фикат…</translation></message>
<message><source>Rules for the h&amp;ost…</source><translation>Правила для х&amp;оста…</translation></message>
<message><source>Cook&amp;ies…</source><translation>Cook&amp;ie…</translation></message>
<message><source>E&amp;xtract</source><translation>Распа&amp;ковать</translation></message>
<message><source>&amp;Verify again</source><translation>Проверить &amp;снова</translation></message>
<message><source>&amp;Download again</source><translation>За&amp;грузить снова</translation></message>
<message><source>Wat&amp;ch for changes…</source><translation>Следить за изме&amp;нениями…</translation></message>
<message><source>&amp;Hand over to yt-dlp</source><translation>&amp;Передать yt-dlp</translation></message>
<message><source>Propert&amp;ies…</source><translation>Сво&amp;йства…</translation></message>
<message><source>&amp;Copy address</source><translation>&amp;Копировать адрес</translation></message>
<message><source>Select &amp;all</source><translation>Выделить &amp;все</translation></message>
<message><source>Pause a&amp;ll</source><translation>Приостановить вс&amp;е</translation></message>
<message><source>Resume all paus&amp;ed</source><translation>Возо&amp;бновить приостановленные</translation></message>
<message><source>&amp;Clear finished from the list</source><translation>Убрать &amp;завершённые из списка</translation></message>
<message><source>&amp;Quiet</source><translation>&amp;Тихий режим</translation></message>
<message><source>Start no&amp;w, regardless</source><translation>Начать сейчас, н&amp;есмотря ни на что</translation></message>
<message><source>&amp;Undo remove</source><translation>&amp;Отменить удаление</translation></message>
<message><source>&amp;Find</source><translation>&amp;Найти</translation></message>
<message><source>&amp;Details</source><translation>По&amp;дробности</translation></message>
<message><source>&amp;One-line rows</source><translation>&amp;Однострочный список</translation></message>
<message><source>&amp;History…</source><translation>&amp;История…</translation></message>
<message><source>&amp;Settings…</source><translation>&amp;Настройки…</translation></message>
<message><source>&amp;Keyboard shortcuts</source><translation>Сочетания &amp;клавиш</translation></message>
<message><source>&amp;About Headrace</source><translation>О про&amp;грамме Headrace</translation></message>
<message><source>When all is &amp;done</source><translation>Когда &amp;всё готово</translation></message>
<message><source>&amp;Quit</source><translation>В&amp;ыход</translation></message>
<message><source>&amp;File</source><translation>&amp;Файл</translation></message>
<message><source>&amp;Edit</source><translation>&amp;Правка</translation></message>
<message><source>&amp;View</source><translation>&amp;Вид</translation></message>
<message><source>&amp;Download</source><translation>&amp;Загрузка</translation></message>
<message><source>&amp;Help</source><translation>&amp;Справка</translation></message>
<message><source>&amp;Try again</source><translation>По&amp;вторить</translation></message>
<message><source>&amp;Copy addresses</source><translation>&amp;Копировать адреса</translation></message>
<message><source>Rules for {host}…</source><translation>Правила для {host}…</translation></message>
<message><source>Show the host k&amp;ey…</source><translation>Показать кл&amp;юч сервера…</translation></message>
</context>
<context>
<name>Add</name>
<message><source>Addresses</source><translation>Адреса</translation></message>
<message><source>Add downloads</source><translation>Добавление загрузок</translation></message>
<message><source>Reading… {count}</source><translation>Чтение… {count}</translation></message>
<message><source>The text is too long: its end is left out.</source><translation>Текст слишком длинный: конец отброшен.</translation></message>
<message><source>at least {size}</source><translation>не менее {size}</translation></message>
<message numerus="yes"><source>%Ln line(s) without an address</source><translation><numerusform>%Ln строка без адреса</numerusform><numerusform>%Ln строки без адреса</numerusform><numerusform>%Ln строк без адреса</numerusform></translation></message>
<message><source>Download</source><translation>Загрузить</translation></message>
<message><source>A&amp;dd paused</source><translation>Добавить &amp;без запуска</translation></message>
<message><source>Download {count}</source><translation>Загрузить {count}</translation></message>
<message><source>Download now</source><translation>Загрузить сейчас</translation></message>
<message><source>Take &amp;brackets as they are</source><translation>Не &amp;раскрывать скобки</translation></message>
<message><source>For addresses that really hold [1-3] or {a,b}</source><translation>Если [1-3] или {a,b} — действительно часть адреса</translation></message>
<message><source>Mor&amp;e: headers, login, proxy, limit, checksum, mirrors</source><translation>&amp;Ещё: заголовки, авторизация, прокси, лимит, контрольная сумма, зеркала</translation></message>
<message><source>Cancel</source><translation>Отмена</translation></message>
<message><source>One address a line, patterns such as [01-12], or a pasted curl command</source><translation>По одному адресу в строке, шаблоны вроде [01-12] или скопированная команда curl</translation></message>
<message><source>Headrace</source><translation>Headrace</translation></message>
<message><source>Firefox on Windows</source><translation>Firefox в Windows</translation></message>
<message><source>Chrome on Windows</source><translation>Chrome в Windows</translation></message>
<message><source>Edge on Windows</source><translation>Edge в Windows</translation></message>
<message><source>Safari on a Mac</source><translation>Safari на Mac</translation></message>
<message><source>curl</source><translation>curl</translation></message>
<message><source>&amp;Headers, one a line</source><translation>&amp;Заголовки, по одному в строке</translation></message>
<message><source>&amp;Referer</source><translation>Ре&amp;ферер</translation></message>
<message><source>User &amp;agent</source><translation>&amp;Агент (User-Agent)</translation></message>
<message><source>&amp;User name</source><translation>&amp;Имя пользователя</translation></message>
<message><source>&amp;Password</source><translation>&amp;Пароль</translation></message>
<message><source>Cookies</source><translation>Файлы cookie</translation></message>
<message><source>C&amp;onnections at most</source><translation>Макс. сое&amp;динений</translation></message>
<message><source>Speed &amp;limit</source><translation>Лимит &amp;скорости</translation></message>
<message><source>Pro&amp;xy</source><translation>Про&amp;кси</translation></message>
<message><source>Chec&amp;ksum</source><translation>&amp;Контрольная сумма</translation></message>
<message><source>&amp;Mirrors, one a line</source><translation>Зерка&amp;ла, по одному в строке</translation></message>
<message><source>Name: value</source><translation>Имя: значение</translation></message>
<message><source>As in the settings</source><translation>Как в настройках</translation></message>
<message><source>sha256:… or the bare digest</source><translation>sha256:… или просто хеш</translation></message>
<message><source>Other addresses of the same file</source><translation>Другие адреса того же файла</translation></message>
<message><source>No limit of its own</source><translation>Без своего лимита</translation></message>
<message><source> MB/s</source><translation> МБ/с</translation></message>
<message><source>Pri&amp;vate</source><translation>П&amp;риватно</translation></message>
<message><source>Nothing is kept of it but the file: no history, no log, no mark. What is unfinished when Headrace ends is deleted.</source><translation>От загрузки остаётся только файл: ни истории, ни журнала, ни метки. То, что не завершено при выходе из Headrace, удаляется.</translation></message>
<message><source>The header “{name}” cannot be sent: write Name: value</source><translation>Заголовок «{name}» отправить нельзя: введите его как Имя: значение</translation></message>
<message><source>Headrace sets the header “{name}” itself</source><translation>Заголовок «{name}» Headrace задаёт сам</translation></message>
<message><source>Write the proxy as http://proxy.example:3128, or “direct” for none</source><translation>Напишите прокси как http://proxy.example:3128 или «direct», чтобы обойтись без него</translation></message>
<message><source>This is no checksum: digits are missing, or too many</source><translation>Это не контрольная сумма: цифр не хватает или слишком много</translation></message>
<message><source>This checksum proves nothing; SHA-256 would</source><translation>Такая контрольная сумма ничего не доказывает, нужна SHA-256</translation></message>
<message><source>A mirror is an address with http, https, ftp or sftp</source><translation>Зеркало — это адрес с http, https, ftp или sftp</translation></message>
<message><source>{most} mirrors are the most</source><translation>Зеркал может быть не больше {most}</translation></message>
<message><source>&amp;Name</source><translation>И&amp;мя</translation></message>
<message><source>&amp;Category</source><translation>Ка&amp;тегория</translation></message>
<message><source>&amp;Queue</source><translation>&amp;Очередь</translation></message>
<message><source>By type</source><translation>По типу</translation></message>
<message><source>Main</source><translation>Основная</translation></message>
<message><source>&amp;Save to (folder of the queue {queue})</source><extracomment>{queue} is the name of a queue that has a folder of its own</extracomment><translation>Сохранить &amp;в (папка очереди {queue})</translation></message>
<message><source>&amp;Save to</source><translation>Сохранить &amp;в</translation></message>
<message numerus="yes"><source>Already there: %Ln</source><translation><numerusform>Уже есть: %Ln</numerusform><numerusform>Уже есть: %Ln</numerusform><numerusform>Уже есть: %Ln</numerusform></translation></message>
<message><source>{status}, not found</source><translation>{status}, не найдено</translation></message>
<message><source>{status}, gone</source><translation>{status}, удалено</translation></message>
<message><source>{status}, refused</source><translation>{status}, отказано</translation></message>
<message><source>needs a login</source><translation>нужна авторизация</translation></message>
<message><source>proxy needs a login</source><translation>прокси требует авторизации</translation></message>
<message><source>proxy cannot be reached</source><translation>прокси недоступен</translation></message>
<message><source>proxy refuses</source><translation>прокси отказывает</translation></message>
<message><source>{status}, too many requests</source><translation>{status}, слишком много запросов</translation></message>
<message><source>{status}, server is busy</source><translation>{status}, сервер перегружен</translation></message>
<message><source>{status}, server has a fault</source><translation>{status}, ошибка сервера</translation></message>
<message><source>no such server</source><translation>нет такого сервера</translation></message>
<message><source>cannot be reached</source><translation>недоступен</translation></message>
<message><source>does not answer</source><translation>не отвечает</translation></message>
<message><source>connection lost</source><translation>соединение потеряно</translation></message>
<message><source>not to be trusted</source><translation>нет доверия</translation></message>
<message><source>needs an extra: {detail}</source><translation>нужно дополнение: {detail}</translation></message>
<message><source>host key is not known</source><translation>ключ сервера неизвестен</translation></message>
<message><source>host key has changed</source><translation>ключ сервера изменился</translation></message>
<message><source>not secure</source><translation>небезопасно</translation></message>
<message><source>leads to an unsafe place</source><translation>ведёт на небезопасный адрес</translation></message>
<message><source>leads into a private network</source><translation>ведёт в частную сеть</translation></message>
<message><source>leads in circles</source><translation>перенаправляет по кругу</translation></message>
<message><source>no file there</source><translation>файла там нет</translation></message>
<message><source>answer makes no sense</source><translation>непонятный ответ</translation></message>
<message><source>no web server</source><translation>не веб-сервер</translation></message>
<message><source>already in the list</source><translation>уже в списке</translation></message>
<message><source>file is there already</source><translation>файл уже есть</translation></message>
<message><source>name is taken in the list</source><translation>имя уже занято в списке</translation></message>
<message><source>will be resumed</source><translation>будет возобновлено</translation></message>
<message><source>again, new name</source><translation>снова, новое имя</translation></message>
<message><source>will be replaced</source><translation>будет заменено</translation></message>
<message><source>The command's proxy is not used.</source><translation>Прокси из команды не используется.</translation></message>
<message><source>Certificates are checked as always, whatever the command says.</source><translation>Сертификаты проверяются как обычно, что бы ни указывала команда.</translation></message>
<message><source>The command's file of cookies is not read.</source><translation>Файл cookie из команды не читается.</translation></message>
<message><source>The files that the command names are not read.</source><translation>Файлы, указанные в команде, не читаются.</translation></message>
<message><source>The command asks for a part; the whole file is fetched.</source><translation>Команда запрашивает часть; будет загружен весь файл.</translation></message>
<message><source>The command logs in by a scheme that is not supported.</source><translation>Способ авторизации из команды не поддерживается.</translation></message>
<message><source>A header of the command cannot be sent and is left out.</source><translation>Один из заголовков команды отправить нельзя, он пропущен.</translation></message>
<message><source>asking…</source><translation>запрос…</translation></message>
<message><source>a web page</source><translation>веб-страница</translation></message>
<message><source>cannot be resumed</source><translation>возобновить нельзя</translation></message>
<message><source>resumable</source><translation>можно возобновить</translation></message>
<message><source>{checksum} expected</source><translation>ожидается {checksum}</translation></message>
<message><source>{algorithm} must be {digest}</source><translation>Ожидается {algorithm}: {digest}</translation></message>
<message><source>Skip</source><translation>Пропустить</translation></message>
<message><source>Resume</source><translation>Возобновить</translation></message>
<message><source>Keep both</source><translation>Оставить оба</translation></message>
<message><source>Replace</source><translation>Заменить</translation></message>
<message><source>Leave what is there, and add nothing</source><translation>Оставить как есть и ничего не добавлять</translation></message>
<message><source>Go on with the download in the list</source><translation>Продолжить загрузку из списка</translation></message>
<message><source>Fetch again, under a new name</source><translation>Загрузить снова под новым именем</translation></message>
<message><source>Fetch again; the new file takes the place of the old one</source><translation>Загрузить снова; новый файл заменит старый</translation></message>
<message><source>Downloads found in the text</source><translation>Загрузки, найденные в тексте</translation></message>
<message><source>Tick</source><translation>Отметить</translation></message>
<message><source>Untick</source><translation>Снять отметку</translation></message>
<message><source>Tick only these</source><translation>Отметить только эти</translation></message>
<message><source>Tick all</source><translation>Отметить все</translation></message>
<message><source>Untick all</source><translation>Снять все отметки</translation></message>
<message><source>Ask the server again</source><translation>Запросить сервер снова</translation></message>
<message numerus="yes"><source>Copy %Ln address(es)</source><translation><numerusform>Копировать %Ln адрес</numerusform><numerusform>Копировать %Ln адреса</numerusform><numerusform>Копировать %Ln адресов</numerusform></translation></message>
<message><source>What you paste appears here</source><translation>Здесь появится то, что вы вставите</translation></message>
<message><source>Sends the headers {names}</source><translation>Отправляет заголовки {names}</translation></message>
<message><source>is not an address</source><translation>не является адресом</translation></message>
<message><source>its checksum is damaged</source><translation>контрольная сумма повреждена</translation></message>
<message><source>a checksum, and no file of that name</source><translation>есть контрольная сумма, но нет файла с таким именем</translation></message>
<message><source>stands for {count} addresses, {most} is the most</source><translation>даёт слишком много адресов: {count}, можно не больше {most}</translation></message>
<message><source>it holds spaces or control characters</source><translation>содержит пробелы или управляющие символы</translation></message>
<message><source>does not begin with http://, https://, ftp:// or sftp://</source><translation>не начинается с http://, https://, ftp:// или sftp://</translation></message>
<message><source>has a backslash in its host</source><translation>обратная косая черта в имени хоста</translation></message>
<message><source>names no host</source><translation>не указан хост</translation></message>
<message><source>its host or port is not valid</source><translation>неверный хост или порт</translation></message>
<message><source>is a magnet link: a torrent client is for it</source><translation>— это magnet-ссылка: она для торрент-клиента</translation></message>
<message><source>sends a form or a file, which a download cannot</source><translation>отправляет форму или файл, при загрузке это невозможно</translation></message>
<message><source>asks by another method than GET, which a download cannot</source><translation>использует не GET, а другой метод, при загрузке это невозможно</translation></message>
<message><source>follows the links of pages; Headrace fetches single files</source><translation>переходит по ссылкам страниц; Headrace загружает отдельные файлы</translation></message>
</context>
<context>
<name>Budgets</name>
<message><source>All networks</source><translation>Все сети</translation></message>
<message><source>Metered networks</source><translation>Лимитные сети</translation></message>
<message><source>Wi-Fi</source><translation>Wi-Fi</translation></message>
<message><source>Mobile networks</source><translation>Мобильные сети</translation></message>
<message><source>Ethernet</source><translation>Ethernet</translation></message>
<message><source>Other kinds of networks</source><translation>Другие виды сетей</translation></message>
<message><source>{size} a day ({networks})</source><translation>{size} в день ({networks})</translation></message>
<message><source>{size} a week ({networks})</source><translation>{size} в неделю ({networks})</translation></message>
<message><source>{size} a month ({networks})</source><translation>{size} в месяц ({networks})</translation></message>
<message><source>Each day</source><translation>Каждый день</translation></message>
<message><source>Each week</source><translation>Каждую неделю</translation></message>
<message><source>Each month</source><translation>Каждый месяц</translation></message>
<message><source>It is whole again on {day}.</source><translation>Снова полон {day}.</translation></message>
<message><source>What comes now does not count.</source><translation>То, что приходит сейчас, не считается.</translation></message>
<message><source> GB</source><translation> ГБ</translation></message>
<message><source>from day</source><translation>с числа</translation></message>
<message><source>How much may come: {budget}</source><translation>Сколько может прийти: {budget}</translation></message>
<message><source>How often: {budget}</source><translation>Как часто: {budget}</translation></message>
<message><source>Which networks count: {budget}</source><translation>Какие сети считаются: {budget}</translation></message>
<message><source>The day on which a month begins: {budget}</source><translation>Число, с которого начинается месяц: {budget}</translation></message>
<message><source>Remove {budget}</source><translation>Удалить: {budget}</translation></message>
<message><source>Add budget</source><translation>Добавить запас</translation></message>
<message><source>There is a budget for these networks and this period already.</source><translation>Для этих сетей и этого периода запас уже есть.</translation></message>
<message><source>The budget is removed: {budget}</source><translation>Запас трафика удалён: {budget}</translation></message>
</context>
<context>
<name>Categories</name>
<message><source>Add category</source><translation>Добавить категорию</translation></message>
<message><source>{name} is as it was.</source><translation>{name}: всё как прежде.</translation></message>
<message><source>New category</source><translation>Новая категория</translation></message>
<message><source>nothing yet</source><translation>пока ничего</translation></message>
<message><source>Bring {name} back to what it was</source><translation>{name}: вернуть как было</translation></message>
<message><source>Show {name} earlier</source><translation>{name}: показывать раньше</translation></message>
<message><source>Show {name} later</source><translation>{name}: показывать позже</translation></message>
<message><source>There is a category of this name.</source><translation>Категория с таким именем уже есть.</translation></message>
<message><source>A category needs a name of 60 characters at most.</source><translation>Категории нужно имя не длиннее 60 символов.</translation></message>
<message><source>Write endings such as epub, without a dot within.</source><translation>Пишите расширения вроде epub, без точки внутри.</translation></message>
<message><source>Write types such as application/pdf or audio/*.</source><translation>Пишите типы вроде application/pdf или audio/*.</translation></message>
<message><source>Name</source><translation>Имя</translation></message>
<message><source>Picture</source><translation>Значок</translation></message>
<message><source>Types the server tells</source><translation>Типы, которые называет сервер</translation></message>
<message><source>Disc</source><translation>Диск</translation></message>
<message><source>Key</source><translation>Ключ</translation></message>
<message><source>Tool</source><translation>Инструмент</translation></message>
</context>
<context>
<name>Certificate</name>
<message><source>Host key of {host}</source><translation>Ключ сервера {host}</translation></message>
<message><source>Certificate of {host}</source><translation>Сертификат {host}</translation></message>
<message><source>Trust this key</source><translation>Доверять этому ключу</translation></message>
<message><source>Trust this certificate</source><translation>Доверять этому сертификату</translation></message>
<message><source>It is another key than the one known before. Either the server was set up anew, or somebody stands between you and it. Trust it only if whoever runs the server tells you the same fingerprint.</source><translation>Это другой ключ, не тот, что был известен раньше. Либо сервер настроили заново, либо кто-то стоит между вами и сервером. Доверяйте, только если тот, кто управляет сервером, назовёт вам такой же отпечаток.</translation></message>
<message><source>It is not known yet, and somebody may stand between you and the server. Trust it only if whoever runs the server tells you the same fingerprint; then no other key is accepted there.</source><translation>Он ещё неизвестен, и кто-то может стоять между вами и сервером. Доверяйте, только если тот, кто управляет сервером, назовёт вам такой же отпечаток; тогда другой ключ там не принимается.</translation></message>
<message><source>It is not trusted: {why}. Somebody may stand between you and the server. Trust it only if you know the server and its fingerprint; then no other certificate is accepted there.</source><translation>Ему не доверяют: {why}. Кто-то может стоять между вами и сервером. Доверяйте, только если знаете сервер и его отпечаток; тогда другой сертификат там не принимается.</translation></message>
<message><source>The server is asked for it…</source><translation>Запрашивается у сервера…</translation></message>
<message><source>Kind: {kind}</source><translation>Вид: {kind}</translation></message>
<message><source>Issued to: {name}</source><translation>Выдан для: {name}</translation></message>
<message><source>Issued by: {name}</source><translation>Кем выдан: {name}</translation></message>
<message><source>Valid: {first} to {last}</source><translation>Действителен: с {first} по {last}</translation></message>
<message><source>SHA-256: {digest}</source><translation>SHA-256: {digest}</translation></message>
</context>
<context>
<name>Commands</name>
<message><source>Undo</source><translation>Отменить</translation></message>
<message><source>Removed {what}</source><translation>Удалено из списка: {what}</translation></message>
<message><source>Moved {what} to the trash</source><translation>Перемещено в корзину: {what}</translation></message>
<message><source>Deleted {what}</source><translation>Удалено навсегда: {what}</translation></message>
<message><source>Too many at once. Choose at most {count}.</source><translation>Слишком много сразу. Выберите не больше {count}.</translation></message>
<message><source>{name} is a program, so it is shown rather than started</source><translation>{name} — программа, поэтому показана, а не запущена</translation></message>
<message numerus="yes"><source>Copied %Ln address(es)</source><translation><numerusform>Скопирован %Ln адрес</numerusform><numerusform>Скопировано %Ln адреса</numerusform><numerusform>Скопировано %Ln адресов</numerusform></translation></message>
<message><source>{name} is no longer in {folder}</source><translation>Файла {name} больше нет в папке {folder}</translation></message>
<message><source>{name} could not be opened: no program for it was found</source><translation>Не удалось открыть {name}: нет подходящей программы</translation></message>
</context>
<context>
<name>Cookies</name>
<message><source>Out of a browser, now and this once</source><translation>Из браузера, сейчас и только в этот раз</translation></message>
<message><source>Pasted</source><translation>Вставленные</translation></message>
<message><source>Out of a cookies.txt, read again whenever needed</source><translation>Из файла cookies.txt, который перечитывается при надобности</translation></message>
<message><source>None but those of the settings</source><translation>Никаких, кроме заданных в настройках</translation></message>
<message><source>There is no browser here whose cookies can be read.</source><translation>Здесь нет браузера, чьи cookie можно прочитать.</translation></message>
<message><source>The cookies of {browser} cannot be read.</source><translation>Не удаётся прочитать cookie из {browser}.</translation></message>
<message><source>The cookies of {browser} are encrypted. Install what deciphers them: {command}</source><translation>Cookie в {browser} зашифрованы. Установите то, что их расшифрует: {command}</translation></message>
<message><source>The system's keyring does not give the key to the cookies of {browser}.</source><translation>Связка ключей системы не даёт ключ к cookie из {browser}.</translation></message>
<message><source>On Windows {browser} seals its cookies so that no other program can read them. Use Firefox, the extension for browsers, or a cookies.txt.</source><translation>В Windows {browser} запечатывает свои cookie так, что другие программы не могут их прочитать. Используйте Firefox, расширение для браузеров или файл cookies.txt.</translation></message>
<message><source>Cookies</source><translation>Файлы cookie</translation></message>
<message><source>Use</source><translation>Использовать</translation></message>
<message><source>&amp;Where they come from</source><translation>&amp;Откуда они</translation></message>
<message><source>Browser and profile</source><translation>Браузер и профиль</translation></message>
<message><source>&amp;Look for cookies of {site}</source><translation>&amp;Найти cookie для {site}</translation></message>
<message><source>Cookie: name=value; … or the text of a cookies.txt</source><translation>Cookie: имя=значение; … или текст файла cookies.txt</translation></message>
<message><source>File</source><translation>Файл</translation></message>
<message><source>&amp;Choose a file…</source><translation>&amp;Выбрать файл…</translation></message>
<message><source>&amp;Keep them in the system's keyring</source><translation>&amp;Сохранить в связке ключей системы</translation></message>
<message><source>No browser was found</source><translation>Браузеры не найдены</translation></message>
<message><source>Look for cookies first; nothing is taken unseen.</source><translation>Сначала найдите cookie: ничего не берётся без показа.</translation></message>
<message><source>Write them as name=value; name=value, or paste the text of a cookies.txt.</source><translation>Запишите их как имя=значение; имя=значение или вставьте текст файла cookies.txt.</translation></message>
<message><source>Name the file in full, or choose it.</source><translation>Укажите полный путь к файлу или выберите его.</translation></message>
<message><source>This is not a cookies.txt that can be read.</source><translation>Это не файл cookies.txt, который можно прочитать.</translation></message>
<message><source>{browser} has no cookies for {site}. Log in there first.</source><translation>В {browser} нет cookie для {site}. Сначала войдите там.</translation></message>
<message><source>Choose…</source><translation>Выбрать…</translation></message>
<message><source>Choose cookies</source><translation>Выбрать cookie</translation></message>
<message><source>For these downloads alone. Each cookie goes to the site it belongs to, and is never stored in clear.</source><translation>Только для этих загрузок. Каждый cookie идёт на свой сайт и никогда не хранится в открытом виде.</translation></message>
<message><source>None of its own</source><translation>Своих нет</translation></message>
<message><source>Out of {file}</source><translation>Из {file}</translation></message>
<message><source>Those of a pasted line</source><translation>Из вставленной строки</translation></message>
<message><source>Given, in memory alone</source><translation>Заданы, только в памяти</translation></message>
<message><source>Kept in the system's keyring</source><translation>Хранятся в связке ключей системы</translation></message>
<message numerus="yes"><source>%Ln cookie(s) for {sites}</source><translation><numerusform>%Ln cookie для {sites}</numerusform><numerusform>%Ln cookie для {sites}</numerusform><numerusform>%Ln cookie для {sites}</numerusform></translation></message>
</context>
<context>
<name>Copying</name>
<message><source>Addresses</source><translation>Адреса</translation></message>
<message><source>curl commands</source><translation>Команды curl</translation></message>
<message><source>wget commands</source><translation>Команды wget</translation></message>
<message><source>aria2 input file</source><translation>Входной файл aria2</translation></message>
<message><source>JSON</source><translation>JSON</translation></message>
<message><source>Metalink</source><translation>Metalink</translation></message>
<message><source>Cop&amp;y as</source><translation>Ко&amp;пировать как</translation></message>
<message numerus="yes"><source>Copied %Ln download(s)</source><translation><numerusform>Скопирована %Ln загрузка</numerusform><numerusform>Скопированы %Ln загрузки</numerusform><numerusform>Скопировано %Ln загрузок</numerusform></translation></message>
</context>
<context>
<name>Desktop</name>
<message><source>Downloads are running</source><translation>Идут загрузки</translation></message>
<message numerus="yes"><source>%Ln download(s) finished</source><translation><numerusform>Завершена %Ln загрузка</numerusform><numerusform>Завершены %Ln загрузки</numerusform><numerusform>Завершено %Ln загрузок</numerusform></translation></message>
<message><source>{size} in {folder}</source><extracomment>Below the name of a finished download: its size and the name of its folder</extracomment><translation>{size} в папке {folder}</translation></message>
<message><source>Open</source><extracomment>Below the name of a finished download: its size and the name of its folder</extracomment><translation>Открыть</translation></message>
<message><source>Download finished</source><translation>Загрузка завершена</translation></message>
<message><source>Try again</source><translation>Повторить</translation></message>
<message><source>Download failed</source><translation>Загрузка не удалась</translation></message>
<message numerus="yes"><source>%Ln more download(s) failed</source><translation><numerusform>Ещё %Ln загрузка не удалась</numerusform><numerusform>Ещё %Ln загрузки не удались</numerusform><numerusform>Ещё %Ln загрузок не удалось</numerusform></translation></message>
<message numerus="yes"><source>%Ln download(s) failed</source><translation><numerusform>%Ln загрузка не удалась</numerusform><numerusform>%Ln загрузки не удались</numerusform><numerusform>%Ln загрузок не удалось</numerusform></translation></message>
<message><source>Try all again</source><translation>Повторить все</translation></message>
<message><source>Headrace goes on in the tray</source><translation>Headrace продолжает работать в трее</translation></message>
<message><source>Downloads continue. To end Headrace, choose Quit in the menu of its icon.</source><translation>Загрузки продолжаются. Чтобы закрыть Headrace, выберите «Выход» в меню значка.</translation></message>
<message><source>Show in folder</source><translation>Показать в папке</translation></message>
<message numerus="yes"><source>and %Ln more</source><translation><numerusform>и ещё %Ln</numerusform><numerusform>и ещё %Ln</numerusform><numerusform>и ещё %Ln</numerusform></translation></message>
<message><source>Hide Headrace</source><translation>Скрыть Headrace</translation></message>
<message><source>Show Headrace</source><translation>Показать Headrace</translation></message>
<message><source>Speed limit</source><translation>Лимит скорости</translation></message>
<message numerus="yes"><source>%Ln active</source><translation><numerusform>%Ln активная</numerusform><numerusform>%Ln активные</numerusform><numerusform>%Ln активных</numerusform></translation></message>
<message numerus="yes"><source>%Ln waiting</source><translation><numerusform>%Ln в ожидании</numerusform><numerusform>%Ln в ожидании</numerusform><numerusform>%Ln в ожидании</numerusform></translation></message>
<message><source>Nothing to do</source><translation>Нет активных загрузок</translation></message>
<message><source>Headrace: {percent}</source><extracomment>The program's name and how much of everything that runs is there, such as "Headrace: 62 %"</extracomment><translation>Headrace: {percent}</translation></message>
<message><source>Headrace is ready. Paste an address with Ctrl+V, drop links here, or press Add.</source><translation>Headrace готов к работе. Вставьте адрес клавишами Ctrl+V, перетащите сюда ссылки или нажмите «Добавить».</translation></message>
<message><source>Watch the clipboard for links</source><translation>Следить за ссылками в буфере обмена</translation></message>
<message><source>Close this message</source><translation>Закрыть сообщение</translation></message>
<message><source>Close</source><translation>Закрыть</translation></message>
</context>
<context>
<name>Details</name>
<message><source>Map of the file</source><translation>Карта файла</translation></message>
<message numerus="yes"><source>%Ln block(s)</source><translation><numerusform>%Ln блок</numerusform><numerusform>%Ln блока</numerusform><numerusform>%Ln блоков</numerusform></translation></message>
<message numerus="yes"><source>%Ln verified on disk</source><translation><numerusform>%Ln проверен на диске</numerusform><numerusform>%Ln проверены на диске</numerusform><numerusform>%Ln проверено на диске</numerusform></translation></message>
<message numerus="yes"><source>%Ln on disk</source><translation><numerusform>%Ln на диске</numerusform><numerusform>%Ln на диске</numerusform><numerusform>%Ln на диске</numerusform></translation></message>
<message numerus="yes"><source>%Ln arriving</source><translation><numerusform>%Ln поступает</numerusform><numerusform>%Ln поступают</numerusform><numerusform>%Ln поступает</numerusform></translation></message>
<message numerus="yes"><source>%Ln missing</source><translation><numerusform>%Ln отсутствует</numerusform><numerusform>%Ln отсутствуют</numerusform><numerusform>%Ln отсутствует</numerusform></translation></message>
<message><source>Block {number} of {total}</source><translation>Блок {number} из {total}</translation></message>
<message><source>Blocks {first} to {last} of {total}</source><translation>Блоки {first}–{last} из {total}</translation></message>
<message><source>Verified on disk</source><translation>Проверено на диске</translation></message>
<message><source>Missing</source><translation>Отсутствует</translation></message>
<message><source>{size} verified</source><translation>{size} проверено</translation></message>
<message><source>{size} on disk</source><translation>{size} на диске</translation></message>
<message><source>{size} missing</source><translation>{size} отсутствует</translation></message>
<message><source>arriving now</source><translation>сейчас поступает</translation></message>
<message><source>#</source><translation>№</translation></message>
<message><source>Host</source><translation>Хост</translation></message>
<message><source>Part of the file</source><translation>Часть файла</translation></message>
<message><source>Arrived</source><translation>Получено</translation></message>
<message><source>Speed</source><translation>Скорость</translation></message>
<message><source>State</source><translation>Состояние</translation></message>
<message><source>Connecting</source><translation>Подключается</translation></message>
<message><source>Waiting for an answer</source><translation>Ждёт ответа</translation></message>
<message><source>Receiving</source><translation>Принимает</translation></message>
<message><source>Held back</source><translation>Сдерживается</translation></message>
<message><source>Ending</source><translation>Завершается</translation></message>
<message><source>from {start} on</source><extracomment>Part of a file without a known end</extracomment><translation>от {start}</translation></message>
<message><source>{start} to {end}</source><extracomment>Part of a file without a known end</extracomment><translation>{start} – {end}</translation></message>
<message><source>Bytes from {start} on</source><translation>Байты, начиная с {start}</translation></message>
<message><source>Bytes {start} to {end}</source><translation>Байты {start}–{end}</translation></message>
<message><source>Connection {number}</source><translation>Соединение {number}</translation></message>
<message><source>Connections</source><translation>Соединения</translation></message>
<message><source>No connections at the moment</source><translation>Сейчас соединений нет</translation></message>
<message><source>Copy</source><translation>Копировать</translation></message>
<message><source>Select all</source><translation>Выделить все</translation></message>
<message><source>Overview</source><translation>Обзор</translation></message>
<message><source>Log</source><translation>Журнал</translation></message>
<message><source>Request</source><translation>Запрос</translation></message>
<message><source>Live</source><translation>Текст</translation></message>
<message><source>Choose a download to see its details</source><translation>Выберите загрузку, чтобы увидеть подробности</translation></message>
<message><source>Details</source><translation>Подробности</translation></message>
<message numerus="yes"><source>%Ln download(s) chosen</source><translation><numerusform>Выбрана %Ln загрузка</numerusform><numerusform>Выбраны %Ln загрузки</numerusform><numerusform>Выбрано %Ln загрузок</numerusform></translation></message>
<message><source>Move to the side</source><translation>Переместить вбок</translation></message>
<message><source>Move to the bottom</source><translation>Переместить вниз</translation></message>
<message><source>Close details</source><translation>Закрыть подробности</translation></message>
<message><source>Copy address</source><translation>Копировать адрес</translation></message>
<message><source>Folder</source><translation>Папка</translation></message>
<message><source>Added</source><translation>Добавлено</translation></message>
<message><source>Failed</source><translation>Ошибка</translation></message>
<message><source>Address</source><translation>Адрес</translation></message>
<message><source>Led to</source><translation>Ведёт на</translation></message>
<message><source>Checksum</source><translation>Контрольная сумма</translation></message>
<message><source>{algorithm} does not match</source><translation>{algorithm} не совпадает</translation></message>
<message><source>None known</source><translation>Неизвестна</translation></message>
<message><source>{algorithm} right, as given by you</source><translation>{algorithm} совпадает с указанной вами</translation></message>
<message><source>{algorithm} right, piece by piece</source><translation>{algorithm} совпадает по частям</translation></message>
<message><source>{algorithm} right, found in {source}</source><translation>{algorithm} совпадает, найдена в {source}</translation></message>
<message><source>{algorithm} right</source><translation>{algorithm} совпадает</translation></message>
<message><source>{algorithm} expected, given by you</source><translation>Ожидается {algorithm}, указанная вами</translation></message>
<message><source>{algorithm} expected, found in {source}</source><translation>Ожидается {algorithm}, найдена в {source}</translation></message>
<message><source>{algorithm} expected</source><translation>Ожидается {algorithm}</translation></message>
<message><source>Size</source><translation>Размер</translation></message>
<message numerus="yes"><source>%Ln byte(s)</source><translation><numerusform>%Ln байт</numerusform><numerusform>%Ln байта</numerusform><numerusform>%Ln байт</numerusform></translation></message>
<message><source>Unknown, {size} so far</source><translation>Неизвестен, пока {size}</translation></message>
<message><source>{total}, {received} of it here</source><translation>{total}, получено {received}</translation></message>
<message><source>{number} bytes</source><extracomment>A number of bytes above two thousand million</extracomment><translation>{number} байт</translation></message>
<message><source>Type</source><translation>Тип</translation></message>
<message><source>Version</source><translation>Версия</translation></message>
<message><source>Last changed</source><translation>Изменено</translation></message>
<message><source>{tag} (strong)</source><translation>{tag} (строгая)</translation></message>
<message><source>{tag} (weak)</source><translation>{tag} (слабая)</translation></message>
<message><source>The server names this very version: a resumed download is sure to fit</source><translation>Сервер указывает именно эту версию: после возобновления файл точно сойдётся</translation></message>
<message><source>The server names no exact version: joins are compared byte by byte</source><translation>Сервер не указывает точную версию: стыки сверяются побайтно</translation></message>
<message numerus="yes"><source>%Ln further address(es)</source><translation><numerusform>Ещё %Ln адрес</numerusform><numerusform>Ещё %Ln адреса</numerusform><numerusform>Ещё %Ln адресов</numerusform></translation></message>
<message><source>Mirrors</source><translation>Зеркала</translation></message>
<message><source>{moment}, took {time}</source><translation>{moment}, за {time}</translation></message>
<message><source>Finished</source><translation>Завершено</translation></message>
<message><source>Notes</source><translation>Примечания</translation></message>
<message><source>Arriving</source><translation>Поступает</translation></message>
<message><source>On disk</source><translation>На диске</translation></message>
<message><source>Verified</source><translation>Проверено</translation></message>
<message><source>What happened to the download</source><translation>Что происходило с загрузкой</translation></message>
<message><source>Copy all</source><translation>Копировать все</translation></message>
<message><source>Copy the whole log</source><translation>Копировать весь журнал</translation></message>
<message numerus="yes"><source>%Ln entry(ies)</source><translation><numerusform>%Ln запись</numerusform><numerusform>%Ln записи</numerusform><numerusform>%Ln записей</numerusform></translation></message>
<message><source>Choose a download to see what happened to it</source><translation>Выберите загрузку, чтобы увидеть, что с ней происходило</translation></message>
<message><source>Nothing is known of this download's past</source><translation>О прошлом этой загрузки ничего не известно</translation></message>
<message><source>Speed, last {time}</source><translation>Скорость за {time}</translation></message>
<message><source>Speed, whole life</source><translation>Скорость за всё время</translation></message>
<message><source>average {speed}</source><translation>средняя {speed}</translation></message>
<message><source>Requests and answers, the newest first</source><translation>Запросы и ответы, сначала новые</translation></message>
<message><source>Headers of the request and of the answer</source><translation>Заголовки запроса и ответа</translation></message>
<message><source>Copy as text</source><translation>Копировать текст</translation></message>
<message><source>Copy this request and its answer as text</source><translation>Копировать этот запрос и ответ как текст</translation></message>
<message><source>Headers are kept while Headrace runs, never stored</source><translation>Заголовки хранятся, пока Headrace работает, и никуда не записываются</translation></message>
<message><source>Choose a download to see what was asked and answered</source><translation>Выберите загрузку, чтобы увидеть запросы и ответы</translation></message>
<message><source>Nothing has been asked since Headrace was started</source><translation>С запуска Headrace запросов ещё не было</translation></message>
<message><source>No answer yet</source><translation>Ответа пока нет</translation></message>
<message><source>Speed, last minute</source><translation>Скорость за минуту</translation></message>
<message><source>Nothing measured yet</source><translation>Измерений пока нет</translation></message>
<message><source>Whole life</source><translation>Всё время</translation></message>
<message><source>Span of the graph</source><translation>Период графика</translation></message>
<message><source>Graph of the speed</source><translation>График скорости</translation></message>
<message><source>Average</source><translation>Средняя</translation></message>
<message><source>Top</source><translation>Пиковая</translation></message>
<message><source>Received</source><translation>Получено</translation></message>
<message><source>Time active</source><translation>Активное время</translation></message>
<message><source>Limit</source><translation>Лимит</translation></message>
<message><source>limit {speed}</source><translation>лимит {speed}</translation></message>
<message><source>limit for all {speed}</source><translation>общий лимит {speed}</translation></message>
<message><source>{seconds} s</source><translation>{seconds} с</translation></message>
<message><source>{minutes} min</source><translation>{minutes} мин</translation></message>
<message><source>{hours} h</source><translation>{hours} ч</translation></message>
<message><source>{days} d</source><extracomment>A number of days, shortest form</extracomment><translation>{days} д</translation></message>
<message><source>now</source><translation>сейчас</translation></message>
<message><source>end</source><translation>конец</translation></message>
<message><source>nothing</source><translation>ничего</translation></message>
<message><source>after {time}</source><translation>через {time}</translation></message>
<message><source>{time} before the end</source><translation>за {time} до конца</translation></message>
<message><source>{time} ago</source><translation>{time} назад</translation></message>
<message><source>{limit}, its own</source><translation>{limit}, собственный</translation></message>
<message><source>{limit}, of its queue</source><translation>{limit}, лимит очереди</translation></message>
<message><source>{limit}, of all downloads</source><translation>{limit}, лимит всех загрузок</translation></message>
<message><source>{limit}, to leave others room</source><translation>{limit}, чтобы оставить место другим</translation></message>
<message><source>{limit}, while it is quiet</source><translation>{limit}, тихий лимит</translation></message>
<message><source>Together</source><translation>Всего</translation></message>
<message><source>Progress</source><translation>Прогресс</translation></message>
<message><source>Size unknown</source><translation>Размер неизвестен</translation></message>
</context>
<context>
<name>Dialogs</name>
<message><source>Cancel</source><translation>Отмена</translation></message>
</context>
<context>
<name>Done</name>
<message><source>Do nothing</source><translation>Ничего не делать</translation></message>
<message><source>Sleep</source><translation>Спящий режим</translation></message>
<message><source>Hibernate</source><translation>Гибернация</translation></message>
<message><source>Shut down</source><translation>Выключить компьютер</translation></message>
<message><source>Restart</source><translation>Перезагрузить</translation></message>
<message><source>Log out</source><translation>Выйти из системы</translation></message>
<message><source>Quit Headrace</source><translation>Завершить Headrace</translation></message>
<message numerus="yes"><source>The computer goes to sleep in %Ln second(s).</source><translation><numerusform>Компьютер перейдёт в спящий режим через %Ln секунду.</numerusform><numerusform>Компьютер перейдёт в спящий режим через %Ln секунды.</numerusform><numerusform>Компьютер перейдёт в спящий режим через %Ln секунд.</numerusform></translation></message>
<message numerus="yes"><source>The computer hibernates in %Ln second(s).</source><translation><numerusform>Компьютер перейдёт в гибернацию через %Ln секунду.</numerusform><numerusform>Компьютер перейдёт в гибернацию через %Ln секунды.</numerusform><numerusform>Компьютер перейдёт в гибернацию через %Ln секунд.</numerusform></translation></message>
<message numerus="yes"><source>The computer shuts down in %Ln second(s).</source><translation><numerusform>Компьютер выключится через %Ln секунду.</numerusform><numerusform>Компьютер выключится через %Ln секунды.</numerusform><numerusform>Компьютер выключится через %Ln секунд.</numerusform></translation></message>
<message numerus="yes"><source>The computer restarts in %Ln second(s).</source><translation><numerusform>Компьютер перезагрузится через %Ln секунду.</numerusform><numerusform>Компьютер перезагрузится через %Ln секунды.</numerusform><numerusform>Компьютер перезагрузится через %Ln секунд.</numerusform></translation></message>
<message numerus="yes"><source>You are logged out in %Ln second(s).</source><translation><numerusform>Выход из системы через %Ln секунду.</numerusform><numerusform>Выход из системы через %Ln секунды.</numerusform><numerusform>Выход из системы через %Ln секунд.</numerusform></translation></message>
<message numerus="yes"><source>Headrace quits in %Ln second(s).</source><translation><numerusform>Headrace завершится через %Ln секунду.</numerusform><numerusform>Headrace завершится через %Ln секунды.</numerusform><numerusform>Headrace завершится через %Ln секунд.</numerusform></translation></message>
<message><source>“{deed}” was refused by the system: {why}</source><translation>Система отказала в действии «{deed}»: {why}</translation></message>
<message><source>Stop</source><translation>Остановить</translation></message>
<message><source>All downloads are done</source><translation>Все загрузки завершены</translation></message>
<message><source>Nothing happens any more.</source><translation>Больше ничего не произойдёт.</translation></message>
<message><source>{deed} now</source><translation>{deed} сейчас</translation></message>
</context>
<context>
<name>Failures</name>
<message><source>The address is not valid</source><translation>Адрес неверен</translation></message>
<message><source>Copy it again from where you found it</source><translation>Скопируйте его снова там, где нашли</translation></message>
<message><source>Server name not found</source><translation>Имя сервера не найдено</translation></message>
<message><source>Check the address and your connection</source><translation>Проверьте адрес и подключение</translation></message>
<message><source>Server cannot be reached</source><translation>Сервер недоступен</translation></message>
<message><source>Check your connection, or resume later</source><translation>Проверьте подключение или возобновите позже</translation></message>
<message><source>Server did not answer in time</source><translation>Сервер не ответил вовремя</translation></message>
<message><source>Resume later</source><translation>Возобновите позже</translation></message>
<message><source>Connection lost</source><translation>Соединение потеряно</translation></message>
<message><source>Resume to go on from here</source><translation>Возобновите, чтобы продолжить с этого места</translation></message>
<message><source>Server stopped sending</source><translation>Сервер перестал отправлять данные</translation></message>
<message><source>Server could not prove who it is</source><translation>Сервер не смог подтвердить подлинность</translation></message>
<message><source>Look at its certificate</source><translation>Посмотрите его сертификат</translation></message>
<message><source>There is no network</source><translation>Нет сети</translation></message>
<message><source>It goes on when there is one</source><translation>Продолжится, когда она появится</translation></message>
<message><source>The chosen network is not there</source><translation>Выбранной сети нет</translation></message>
<message><source>Bring it back, or choose another in the settings</source><translation>Верните её или выберите другую в настройках</translation></message>
<message><source>Your certificate cannot be used here</source><translation>Ваш сертификат для этого сервера непригоден</translation></message>
<message><source>Choose another in the settings</source><translation>Выберите другой в настройках</translation></message>
<message><source>An extra is missing for this kind of address</source><translation>Для адресов этого вида не хватает дополнения</translation></message>
<message><source>Install it, then resume</source><translation>Установите его и продолжите</translation></message>
<message><source>Server's host key is not known yet</source><translation>Ключ сервера ещё неизвестен</translation></message>
<message><source>Look at it, and trust it if it is the server's</source><translation>Посмотрите на него и доверьтесь, если это ключ сервера</translation></message>
<message><source>Server's host key has changed</source><translation>Ключ сервера изменился</translation></message>
<message><source>Ask who runs the server before you trust the new one</source><translation>Спросите того, кто управляет сервером, прежде чем доверять новому</translation></message>
<message><source>Secure connection failed</source><translation>Не удалось установить безопасное соединение</translation></message>
<message><source>This is not a web server</source><translation>Это не веб-сервер</translation></message>
<message><source>Check the address</source><translation>Проверьте адрес</translation></message>
<message><source>Server sends us round in circles</source><translation>Сервер перенаправляет по кругу</translation></message>
<message><source>Copy a fresh link</source><translation>Скопируйте новую ссылку</translation></message>
<message><source>Server sends us to an unsafe address</source><translation>Сервер перенаправляет на небезопасный адрес</translation></message>
<message><source>Ask for a secure link</source><translation>Запросите безопасную ссылку</translation></message>
<message><source>File arrived cut short</source><translation>Файл пришёл не полностью</translation></message>
<message><source>Resume to fetch the rest</source><translation>Возобновите, чтобы загрузить остальное</translation></message>
<message><source>Server never finished its answer</source><translation>Сервер не закончил ответ</translation></message>
<message><source>Server sends next to nothing</source><translation>Сервер почти ничего не отправляет</translation></message>
<message><source>Resume to try once more</source><translation>Возобновите, чтобы попробовать ещё раз</translation></message>
<message><source>Server leads into a private network</source><translation>Сервер ведёт в частную сеть</translation></message>
<message><source>Allow it only if the private address is yours</source><translation>Разрешайте, только если этот частный адрес ваш</translation></message>
<message><source>Server has no such file</source><translation>На сервере нет такого файла</translation></message>
<message><source>Access refused</source><translation>В доступе отказано</translation></message>
<message><source>File is gone from the server</source><translation>Файл удалён с сервера</translation></message>
<message><source>Look for another source</source><translation>Поищите другой источник</translation></message>
<message><source>Server asks for a login</source><translation>Сервер требует авторизации</translation></message>
<message><source>Log in here, or with a browser</source><translation>Войдите здесь или в браузере</translation></message>
<message><source>Proxy asks for a login</source><translation>Прокси требует авторизации</translation></message>
<message><source>Log in here</source><translation>Войдите здесь</translation></message>
<message><source>Windows login needed</source><translation>Нужен вход Windows</translation></message>
<message><source>Install what it needs, then log in</source><translation>Установите нужное, затем войдите</translation></message>
<message><source>No usable Kerberos ticket</source><translation>Нет подходящего билета Kerberos</translation></message>
<message><source>Get a ticket (kinit) and resume, or log in here</source><translation>Получите билет (kinit) и продолжите или войдите здесь</translation></message>
<message><source>Proxy cannot be reached</source><translation>Прокси недоступен</translation></message>
<message><source>Check your proxy settings</source><translation>Проверьте настройки прокси</translation></message>
<message><source>Proxy does not let this address through</source><translation>Прокси не пропускает этот адрес</translation></message>
<message><source>Server asked us to wait</source><translation>Сервер просит подождать</translation></message>
<message><source>Server is too busy</source><translation>Сервер перегружен</translation></message>
<message><source>Server has a fault</source><translation>Ошибка на сервере</translation></message>
<message><source>Server refuses the request</source><translation>Сервер отклонил запрос</translation></message>
<message><source>Server sent no file</source><translation>Сервер не прислал файл</translation></message>
<message><source>Server does not go on where we stopped</source><translation>Сервер продолжает не с того места</translation></message>
<message><source>Server's answer makes no sense</source><translation>Ответ сервера непонятен</translation></message>
<message><source>A web page came instead of the file</source><translation>Вместо файла пришла веб-страница</translation></message>
<message><source>Log in with a browser, or copy a fresh link</source><translation>Войдите через браузер или скопируйте новую ссылку</translation></message>
<message><source>It unpacks to far too much</source><translation>При распаковке получается слишком много данных</translation></message>
<message><source>Allow it only if you trust the server</source><translation>Разрешайте, только если доверяете серверу</translation></message>
<message><source>Content ends before its own end</source><translation>Содержимое оборвалось раньше конца</translation></message>
<message><source>Resume to fetch it anew</source><translation>Возобновите, чтобы загрузить заново</translation></message>
<message><source>Disk is full</source><translation>Диск заполнен</translation></message>
<message><source>Free space, then resume</source><translation>Освободите место и возобновите</translation></message>
<message><source>Folder may not be written to</source><translation>Нет прав на запись в папку</translation></message>
<message><source>Choose another folder</source><translation>Выберите другую папку</translation></message>
<message><source>Folder is missing</source><translation>Папка отсутствует</translation></message>
<message><source>Bring it back, then resume</source><translation>Верните на место и возобновите</translation></message>
<message><source>A file of that name is there already</source><translation>Файл с таким именем уже есть</translation></message>
<message><source>Move it away, then resume</source><translation>Переместите его и возобновите</translation></message>
<message><source>Disk reports an error</source><translation>Диск сообщает об ошибке</translation></message>
<message><source>Check the disk, then resume</source><translation>Проверьте диск и возобновите</translation></message>
<message><source>Unfinished file was changed</source><translation>Незавершённый файл был изменён</translation></message>
<message><source>File is too large for this disk</source><translation>Файл слишком велик для этого диска</translation></message>
<message><source>Choose another disk</source><translation>Выберите другой диск</translation></message>
<message><source>The disk of the unfinished file is gone</source><translation>Диск с незавершённым файлом отсутствует</translation></message>
<message><source>File cannot be moved to the trash</source><translation>Не удалось переместить файл в корзину</translation></message>
<message><source>It stays where it is; delete it by hand</source><translation>Он остаётся на месте; удалите его вручную</translation></message>
<message><source>The list of downloads was damaged</source><translation>Список загрузок был повреждён</translation></message>
<message><source>An earlier copy is used; the damaged one is kept</source><translation>Используется более ранняя копия; повреждённая сохранена</translation></message>
<message><source>Too many files are open</source><translation>Открыто слишком много файлов</translation></message>
<message><source>Resume when other downloads are done</source><translation>Возобновите, когда завершатся другие загрузки</translation></message>
<message><source>Checksum does not match</source><translation>Контрольная сумма не совпадает</translation></message>
<message><source>Do not trust it; look for another source</source><translation>Не доверяйте файлу, поищите другой источник</translation></message>
<message><source>Size is not what the server said</source><translation>Размер не тот, что указал сервер</translation></message>
<message><source>Its addresses lead to different files</source><translation>Адреса ведут к разным файлам</translation></message>
<message><source>Keep the one you trust</source><translation>Оставьте тот, которому доверяете</translation></message>
<message><source>The other program's file cannot be continued</source><translation>Файл другой программы нельзя продолжить</translation></message>
<message><source>Resume to fetch all of it; that file stays where it is</source><translation>Возобновите, чтобы загрузить всё; тот файл останется на месте</translation></message>
<message><source>Another program still writes to the file</source><translation>Другая программа ещё пишет в файл</translation></message>
<message><source>End the download there, then resume</source><translation>Завершите загрузку там, затем возобновите</translation></message>
<message><source>Headrace made a mistake</source><translation>Ошибка в Headrace</translation></message>
<message><source>Resume to try again, and please report it</source><translation>Возобновите, чтобы повторить, и сообщите об ошибке</translation></message>
<message><source>Its login or headers are no longer known</source><translation>Данные авторизации или заголовки больше не известны</translation></message>
<message><source>Add it again with them</source><translation>Добавьте загрузку снова вместе с ними</translation></message>
<message><source>Its cookies are no longer known</source><translation>Его cookie больше не известны</translation></message>
<message><source>Give them again, then it goes on</source><translation>Задайте их снова, и загрузка продолжится</translation></message>
</context>
<context>
<name>Folder</name>
<message><source>Folder to save to</source><translation>Папка для сохранения</translation></message>
<message><source>As the rules say</source><translation>Как велят правила</translation></message>
<message><source>Other folders</source><translation>Другие папки</translation></message>
<message><source>Other folders (Alt+Down)</source><translation>Другие папки (Alt+↓)</translation></message>
<message><source>Browse…</source><translation>Обзор…</translation></message>
<message><source>Write a whole path</source><translation>Введите полный путь</translation></message>
<message><source>{size} too little room</source><translation>Не хватает {size}</translation></message>
<message><source>{size} free</source><translation>Свободно {size}</translation></message>
<message><source>will be made · {size} free</source><translation>Будет создана · свободно {size}</translation></message>
<message><source>Save downloads to</source><translation>Сохранять загрузки в</translation></message>
</context>
<context>
<name>HandOver</name>
<message><source>Magnet links are for a torrent client</source><translation>Magnet-ссылки — для торрент-клиента</translation></message>
<message><source>Open there</source><translation>Открыть там</translation></message>
<message><source>The system has no program for magnet links</source><translation>В системе нет программы для magnet-ссылок</translation></message>
<message><source>This page needs yt-dlp, which is not installed. Install it and try again.</source><translation>Для этой страницы нужен yt-dlp, а он не установлен. Установите его и повторите попытку.</translation></message>
<message><source>yt-dlp fetches it to {folder}; Headrace does not follow how far it is</source><translation>yt-dlp загружает в {folder}; за ходом Headrace не следит</translation></message>
<message><source>yt-dlp could not be started</source><translation>Не удалось запустить yt-dlp</translation></message>
</context>
<context>
<name>History</name>
<message><source>Clear history</source><translation>Очистка истории</translation></message>
<message><source>Clear</source><translation>Очистить</translation></message>
<message><source>What is cleared cannot be brought back. Files and the list stay, and so does how much came on which day.</source><translation>Удалённое нельзя вернуть. Файлы и список остаются, а также сведения о том, сколько получено за каждый день.</translation></message>
<message><source>&amp;What</source><translation>&amp;Что</translation></message>
<message numerus="yes"><source>What is older than %Ln day(s)</source><translation><numerusform>Всё старше %Ln дня</numerusform><numerusform>Всё старше %Ln дней</numerusform><numerusform>Всё старше %Ln дней</numerusform></translation></message>
<message><source>All from {host}</source><translation>Всё с {host}</translation></message>
<message><source>All of it</source><translation>Всё</translation></message>
<message><source>How much came</source><translation>Сколько получено</translation></message>
<message><source>at most {size}</source><translation>не более {size}</translation></message>
<message numerus="yes"><source>%Ln file(s) finished</source><translation><numerusform>Завершён %Ln файл</numerusform><numerusform>Завершено %Ln файла</numerusform><numerusform>Завершено %Ln файлов</numerusform></translation></message>
<message><source>Days</source><translation>Дни</translation></message>
<message><source>Weeks</source><translation>Недели</translation></message>
<message><source>Months</source><translation>Месяцы</translation></message>
<message><source>Hosts</source><translation>Серверы</translation></message>
<message><source>Files</source><translation>Файлы</translation></message>
<message><source>Size</source><translation>Размер</translation></message>
<message><source>Average speed</source><translation>Средняя скорость</translation></message>
<message><source>Figures</source><translation>Статистика</translation></message>
<message numerus="yes"><source>%Ln download(s) forgotten</source><translation><numerusform>Из истории удалена %Ln загрузка</numerusform><numerusform>Из истории удалены %Ln загрузки</numerusform><numerusform>Из истории удалено %Ln загрузок</numerusform></translation></message>
<message><source>The history stays as it is: {why}</source><translation>История не изменилась: {why}</translation></message>
<message><source>Export the history</source><translation>Экспорт истории</translation></message>
<message><source>Table (*.csv)</source><translation>Таблица (*.csv)</translation></message>
<message><source>JSON (*.json)</source><translation>JSON (*.json)</translation></message>
<message><source>The history is in {name}</source><translation>История сохранена в {name}</translation></message>
<message><source>History</source><translation>История</translation></message>
<message><source>Downloads</source><translation>Загрузки</translation></message>
<message><source>&amp;Download again</source><translation>&amp;Загрузить снова</translation></message>
<message><source>&amp;More</source><translation>&amp;Ещё</translation></message>
<message><source>All</source><translation>Все</translation></message>
<message><source>Finished</source><translation>Завершена</translation></message>
<message><source>Failed</source><translation>Ошибка</translation></message>
<message><source>Removed unfinished</source><translation>Удалена незавершённой</translation></message>
<message><source>How it ended</source><translation>Итог</translation></message>
<message><source>Nothing that was remembered is like that</source><translation>В истории нет ничего подходящего</translation></message>
<message><source>Nothing is remembered: the settings say so, page “Downloads”</source><translation>Ничего не запоминается: так указано в настройках, страница «Загрузки»</translation></message>
<message><source>Nothing has ended yet. What finishes or fails will be found here.</source><translation>Пока ничего не завершилось. Завершённые и неудавшиеся загрузки появятся здесь.</translation></message>
<message><source>A part of the address was secret and is not kept</source><translation>Часть адреса была секретной и не сохранена</translation></message>
<message><source>&amp;Open</source><translation>&amp;Открыть</translation></message>
<message><source>Show in &amp;folder</source><translation>Показать в &amp;папке</translation></message>
<message><source>&amp;Copy address</source><translation>&amp;Копировать адрес</translation></message>
<message><source>Find all from this &amp;host</source><translation>Найти всё с этого &amp;сервера</translation></message>
<message><source>D&amp;elete from history</source><translation>&amp;Удалить из истории</translation></message>
<message><source>&amp;Export…</source><translation>&amp;Экспортировать…</translation></message>
<message><source>&amp;Clear history…</source><translation>О&amp;чистить историю…</translation></message>
<message><source>Name</source><translation>Имя</translation></message>
<message><source>Ended</source><translation>Окончание</translation></message>
<message><source>Speed</source><translation>Скорость</translation></message>
<message><source>Host</source><translation>Сервер</translation></message>
<message><source>Redirected to {host}</source><translation>Перенаправлено на {host}</translation></message>
<message><source>{size} in {time}</source><translation>{size} за {time}</translation></message>
<message><source>Proven by {checksum}</source><translation>Проверено: {checksum}</translation></message>
<message><source>{speed} on average</source><translation>в среднем {speed}</translation></message>
<message><source>Week from {day}</source><translation>Неделя с {day}</translation></message>
</context>
<context>
<name>Hosts</name>
<message><source>As usual</source><translation>Как обычно</translation></message>
<message><source>Text of your own</source><translation>Свой текст</translation></message>
<message><source>User agent</source><translation>User-Agent</translation></message>
<message><source>Text of the user agent</source><translation>Текст User-Agent</translation></message>
<message><source>Nothing was learnt of it yet.</source><translation>О нём пока ничего не известно.</translation></message>
<message><source>Forget</source><translation>Забыть</translation></message>
<message><source>Forget what was learnt</source><translation>Забыть узнанное</translation></message>
<message><source>Log in…</source><translation>Войти…</translation></message>
<message><source>Forget the login</source><translation>Забыть вход</translation></message>
<message><source>Logins belong to single hosts; there is none for all below one.</source><translation>Вход относится к одному хосту; общего для всех нижестоящих нет.</translation></message>
<message><source>No login for {place}.</source><translation>Нет входа для {place}.</translation></message>
<message><source>A token for {place} is there.</source><translation>Есть токен для {place}.</translation></message>
<message><source>Logged in at {place} as {user}.</source><translation>Вход на {place} как {user}.</translation></message>
<message><source>The keyring did not forget the login.</source><translation>Связка ключей не забыла вход.</translation></message>
<message><source>Host</source><translation>Сервер</translation></message>
<message><source>Rule</source><translation>Правило</translation></message>
<message><source>Learnt</source><translation>Узнано</translation></message>
<message><source>Last seen</source><translation>Последний раз</translation></message>
<message><source>nothing</source><translation>ничего</translation></message>
<message><source>Rules for a host</source><translation>Правила для хоста</translation></message>
<message><source>Apply</source><translation>Применить</translation></message>
<message><source>As in the settings</source><translation>Как в настройках</translation></message>
<message><source>No limit</source><translation>Без лимита</translation></message>
<message><source>None</source><translation>Нет</translation></message>
<message><source> s</source><translation> с</translation></message>
<message><source>&amp;Host</source><translation>&amp;Хост</translation></message>
<message><source>&amp;Connections in all, at most</source><translation>Всего &amp;соединений, макс.</translation></message>
<message><source>Of &amp;one download, at most</source><translation>На &amp;одну загрузку, макс.</translation></message>
<message><source>Speed &amp;limit in all</source><translation>Общий &amp;лимит скорости</translation></message>
<message><source>&amp;Pause between requests</source><translation>&amp;Пауза между запросами</translation></message>
<message><source>&amp;User agent</source><translation>&amp;User-Agent</translation></message>
<message><source>Lo&amp;gging in</source><translation>&amp;Вход</translation></message>
<message><source>Further request h&amp;eaders, one a line</source><translation>Другие &amp;заголовки запроса, по одному в строке</translation></message>
<message><source>&amp;Referrer, the page links are on</source><translation>&amp;Реферер, страница со ссылками</translation></message>
<message><source>Pro&amp;xy</source><translation>Про&amp;кси</translation></message>
<message><source>&amp;Fetch files from the beginning only, without ranges</source><translation>Получать файлы только с &amp;начала, без диапазонов</translation></message>
<message><source>Ask by HTTP/&amp;2, all requests over one connection</source><translation>Запрашивать по HTTP/&amp;2, все запросы через одно соединение</translation></message>
<message><source>*.example.org holds for all hosts below example.org as well.</source><translation>*.example.org действует и для всех хостов ниже example.org.</translation></message>
<message><source>HTTP/2 needs an extra: {command}</source><translation>Для HTTP/2 нужно дополнение: {command}</translation></message>
<message><source>There is a rule for {host} already.</source><translation>Для {host} уже есть правило.</translation></message>
<message><source>Write a host such as example.org, *.example.org or nas.lan:8080.</source><translation>Введите хост, например example.org, *.example.org или nas.lan:8080.</translation></message>
<message><source>A user agent is one line of plain letters.</source><translation>User-Agent — одна строка из простых символов.</translation></message>
<message><source>Write the referrer as https://example.org/page, without a login.</source><translation>Введите реферер в виде https://example.org/page, без входа.</translation></message>
<message><source>This value cannot be used.</source><translation>Это значение недопустимо.</translation></message>
<message><source>{name} may carry a secret, and rules are kept in clear. Logins belong to “Log in…”, cookies to the cookies.txt of the settings, others to the headers of a download.</source><translation>{name} может содержать секрет, а правила хранятся открыто. Входы — в «Войти…», cookie — в cookies.txt из настроек, остальное — в заголовках загрузки.</translation></message>
<message><source>Hosts</source><translation>Серверы</translation></message>
<message><source>No host has a rule, and nothing was learnt of any yet</source><translation>Ни у одного хоста нет правила, и ни о каком ничего не известно</translation></message>
<message><source>No host is found</source><translation>Хосты не найдены</translation></message>
<message><source>Search hosts</source><translation>Поиск хостов</translation></message>
<message><source>What you want of single servers, and what was learnt of them. The most specific rule holds.</source><translation>Чего вы хотите от отдельных серверов и что о них узнано. Действует самое точное правило.</translation></message>
<message><source>&amp;Add rule…</source><translation>&amp;Добавить правило…</translation></message>
<message><source>&amp;Edit rule…</source><translation>&amp;Изменить правило…</translation></message>
<message><source>&amp;Remove rule</source><translation>&amp;Удалить правило</translation></message>
<message><source>&amp;Forget what was learnt</source><translation>&amp;Забыть узнанное</translation></message>
<message><source>Forget a&amp;ll of it</source><translation>Забыть &amp;всё</translation></message>
<message><source>Close</source><translation>Закрыть</translation></message>
<message><source>Undo</source><translation>Отменить</translation></message>
<message><source>The rule for {host} is removed.</source><translation>Правило для {host} удалено.</translation></message>
<message><source>What was learnt of {host} is forgotten.</source><translation>Узнанное о {host} забыто.</translation></message>
<message numerus="yes"><source>What was learnt of %Ln host(s) is forgotten.</source><translation><numerusform>Узнанное о %Ln хосте забыто.</numerusform><numerusform>Узнанное о %Ln хостах забыто.</numerusform><numerusform>Узнанное о %Ln хостах забыто.</numerusform></translation></message>
<message><source>directly</source><translation>напрямую</translation></message>
<message><source>as the system does</source><translation>как система</translation></message>
<message><source>as the environment says</source><translation>как говорит окружение</translation></message>
<message><source>By my Kerberos ticket</source><translation>По моему билету Kerberos</translation></message>
<message><source>By password, readably (Basic)</source><translation>По паролю, в открытом виде (Basic)</translation></message>
<message><source>Holds for {host} and all hosts below it, together.</source><translation>Действует для {host} и всех хостов ниже, вместе.</translation></message>
<message><source>Holds for {host} alone.</source><translation>Действует только для {host}.</translation></message>
<message><source>nothing special</source><translation>ничего особенного</translation></message>
<message><source>as {host}</source><translation>как {host}</translation></message>
<message numerus="yes"><source>%Ln connection(s)</source><translation><numerusform>%Ln соединение</numerusform><numerusform>%Ln соединения</numerusform><numerusform>%Ln соединений</numerusform></translation></message>
<message numerus="yes"><source>%Ln per download</source><translation><numerusform>%Ln на загрузку</numerusform><numerusform>%Ln на загрузку</numerusform><numerusform>%Ln на загрузку</numerusform></translation></message>
<message><source>pause of {seconds} s</source><translation>пауза {seconds} с</translation></message>
<message><source>referrer</source><translation>реферер</translation></message>
<message numerus="yes"><source>%Ln header(s)</source><translation><numerusform>%Ln заголовок</numerusform><numerusform>%Ln заголовка</numerusform><numerusform>%Ln заголовков</numerusform></translation></message>
<message><source>by {proxy}</source><translation>через {proxy}</translation></message>
<message><source>no ranges</source><translation>без диапазонов</translation></message>
<message numerus="yes"><source>%Ln connection(s) helped a download</source><translation><numerusform>%Ln соединение помогло загрузке</numerusform><numerusform>%Ln соединения помогли загрузке</numerusform><numerusform>%Ln соединений помогли загрузке</numerusform></translation></message>
<message numerus="yes"><source>bore %Ln connection(s) when it refused more</source><translation><numerusform>выдержал %Ln соединение, когда отказал в большем</numerusform><numerusform>выдержал %Ln соединения, когда отказал в большем</numerusform><numerusform>выдержал %Ln соединений, когда отказал в большем</numerusform></translation></message>
<message><source>its tags change although files do not</source><translation>его метки меняются, хотя файлы нет</translation></message>
<message><source>answered a range wrongly ({when})</source><translation>неверно ответил на диапазон ({when})</translation></message>
<message><source>asks to be left alone for {time}</source><translation>просит не беспокоить {time}</translation></message>
<message><source>asked to be left alone until {when}</source><translation>просил не беспокоить до {when}</translation></message>
</context>
<context>
<name>Hours</name>
<message><source>Hours of the week</source><translation>Часы недели</translation></message>
<message><source>marked</source><translation>отмечено</translation></message>
<message><source>not marked</source><translation>не отмечено</translation></message>
</context>
<context>
<name>Limit</name>
<message><source>Speed limit</source><translation>Лимит скорости</translation></message>
<message><source>Limit</source><translation>Ограничить</translation></message>
<message><source>All downloads together take at most</source><translation>Все загрузки вместе не быстрее</translation></message>
<message><source>Speed limit in megabytes per second</source><translation>Лимит скорости в мегабайтах в секунду</translation></message>
<message><source> MB/s</source><translation> МБ/с</translation></message>
</context>
<context>
<name>List</name>
<message><source>High</source><translation>Высокий</translation></message>
<message><source>Normal</source><translation>Обычный</translation></message>
<message><source>Low</source><translation>Низкий</translation></message>
<message><source>Main queue</source><translation>Основная очередь</translation></message>
<message><source>{checksum} verified</source><translation>{checksum} проверена</translation></message>
<message><source>{checksum} expected</source><translation>Ожидается {checksum}</translation></message>
<message><source>Name</source><translation>Имя</translation></message>
<message><source>Progress</source><translation>Прогресс</translation></message>
<message><source>Size</source><translation>Размер</translation></message>
<message><source>Speed</source><translation>Скорость</translation></message>
<message><source>Time left</source><translation>Осталось</translation></message>
<message><source>Added</source><translation>Добавлено</translation></message>
<message><source>Finished</source><translation>Завершено</translation></message>
<message><source>Host</source><translation>Хост</translation></message>
<message><source>Folder</source><translation>Папка</translation></message>
<message><source>Category</source><translation>Категория</translation></message>
<message><source>Queue</source><translation>Очередь</translation></message>
<message><source>Priority</source><translation>Приоритет</translation></message>
<message><source>Average speed</source><translation>Средняя скорость</translation></message>
<message><source>Connections</source><translation>Соединения</translation></message>
<message><source>Checksum</source><translation>Контрольная сумма</translation></message>
<message><source>Limit</source><translation>Лимит</translation></message>
<message><source>{first}. {second}</source><extracomment>The two lines of the empty list, for screen readers</extracomment><translation>{first}. {second}</translation></message>
<message><source>Which downloads to show</source><translation>Какие загрузки показывать</translation></message>
<message><source>Release queue</source><translation>Запустить очередь</translation></message>
<message><source>Hold queue</source><translation>Приостановить очередь</translation></message>
<message><source>Queue options…</source><translation>Параметры очереди…</translation></message>
<message><source>Rename queue…</source><translation>Переименовать очередь…</translation></message>
<message><source>Remove queue</source><translation>Удалить очередь</translation></message>
<message><source>Change categories…</source><translation>Изменить категории…</translation></message>
<message><source>Add queue…</source><translation>Добавить очередь…</translation></message>
<message><source>Columns</source><translation>Столбцы</translation></message>
<message><source>Show all</source><translation>Показать все</translation></message>
<message><source>Fit to content</source><translation>По содержимому</translation></message>
<message><source>Usual columns</source><translation>Обычные столбцы</translation></message>
<message><source>Sort by</source><translation>Сортировка</translation></message>
<message><source>Sort in queue order</source><translation>Сортировать в порядке очереди</translation></message>
<message><source>Pause</source><translation>Приостановить</translation></message>
<message><source>Resume</source><translation>Возобновить</translation></message>
<message><source>Try again</source><translation>Повторить</translation></message>
<message><source>Try now</source><translation>Повторить сейчас</translation></message>
<message><source>Paste a new link</source><translation>Вставить новую ссылку</translation></message>
<message><source>Log in</source><translation>Войти</translation></message>
<message><source>Show the certificate</source><translation>Показать сертификат</translation></message>
<message><source>Give its cookies again</source><translation>Задать cookie снова</translation></message>
<message><source>Show the host key</source><translation>Показать ключ сервера</translation></message>
<message><source>End recording and keep it</source><translation>Завершить запись и сохранить</translation></message>
<message><source>Open</source><translation>Открыть</translation></message>
<message><source>Download again</source><translation>Загрузить снова</translation></message>
<message><source>Show in folder</source><translation>Показать в папке</translation></message>
<message><source>Sort in queue order to arrange rows by dragging</source><translation>Чтобы переставлять строки мышью, выберите сортировку в порядке очереди</translation></message>
<message><source>Categories</source><translation>Категории</translation></message>
<message><source>Queues</source><translation>Очереди</translation></message>
<message><source>Watched</source><translation>Под наблюдением</translation></message>
<message><source>{section}, folded</source><translation>{section}, свёрнуто</translation></message>
<message><source>{section}, open</source><translation>{section}, развёрнуто</translation></message>
<message><source>{group}, held, {downloads}</source><translation>{group}, приостановлена, {downloads}</translation></message>
<message><source>{group}, {downloads}: {why}</source><extracomment>What a line of the sidebar says, such as "Night, 3 downloads: Waiting for the hours of its queue"</extracomment><translation>{group}, {downloads}: {why}</translation></message>
<message><source>{group}, {downloads}</source><extracomment>What a line of the sidebar says, such as "Paused, 3 downloads"</extracomment><translation>{group}, {downloads}</translation></message>
<message><source>Click to sort, Shift+click to sort by several columns</source><translation>Щёлкните для сортировки; Shift+щелчок — по нескольким столбцам</translation></message>
<message><source>{column}, sorted downwards</source><translation>{column}, по убыванию</translation></message>
<message><source>{column}, sorted upwards</source><translation>{column}, по возрастанию</translation></message>
<message><source>Downloads</source><translation>Загрузки</translation></message>
</context>
<context>
<name>Lists</name>
<message><source>{name} could not be written: {why}</source><translation>Не удалось записать {name}: {why}</translation></message>
<message><source>Lists ({endings})</source><translation>Списки ({endings})</translation></message>
<message><source>Open lists</source><translation>Открыть списки</translation></message>
<message><source>All files (*)</source><translation>Все файлы (*)</translation></message>
<message><source>Export the list</source><translation>Экспортировать список</translation></message>
<message><source>Unfinished files ({endings})</source><translation>Незавершённые файлы ({endings})</translation></message>
<message><source>Take over an unfinished file</source><translation>Перенять незавершённый файл</translation></message>
<message numerus="yes"><source>%Ln download(s) exported to {name}</source><translation><numerusform>%Ln загрузка экспортирована в {name}</numerusform><numerusform>%Ln загрузки экспортированы в {name}</numerusform><numerusform>%Ln загрузок экспортировано в {name}</numerusform></translation></message>
<message><source>The file cannot be read</source><translation>Файл нельзя прочитать</translation></message>
</context>
<context>
<name>Live</name>
<message><source>Lines of the file</source><translation>Строки файла</translation></message>
<message><source>The expression takes too long on some lines; find a simpler one</source><translation>На некоторых строках выражение работает слишком долго; упростите его</translation></message>
<message><source>Paused</source><translation>На паузе</translation></message>
<message><source>To the end</source><translation>В конец</translation></message>
<message><source>Show anyway</source><translation>Всё равно показать</translation></message>
<message><source>Not a regular expression, at character {place}: {what}</source><translation>Ошибка в регулярном выражении, символ {place}: {what}</translation></message>
<message><source>Find in the lines</source><translation>Найти в строках</translation></message>
<message><source>Aa</source><extracomment>A button that tells capital letters from small ones</extracomment><translation>Аа</translation></message>
<message><source>Match case</source><extracomment>A button that tells capital letters from small ones</extracomment><translation>Учитывать регистр</translation></message>
<message><source>Regular expression</source><extracomment>A button that tells capital letters from small ones</extracomment><translation>Регулярное выражение</translation></message>
<message><source>Only matching lines</source><extracomment>A button that tells capital letters from small ones</extracomment><translation>Только совпадения</translation></message>
<message><source>Show only matching lines</source><extracomment>A button that tells capital letters from small ones</extracomment><translation>Показать только совпадающие строки</translation></message>
<message><source>Show from the beginning</source><translation>Показать с начала</translation></message>
<message><source>Wrap long lines</source><translation>Переносить длинные строки</translation></message>
<message><source>Clear the view</source><translation>Очистить вывод</translation></message>
<message><source>Automatic</source><translation>Автоматически</translation></message>
<message><source>Stop saving</source><translation>Остановить сохранение</translation></message>
<message><source>Save matches as…</source><translation>Сохранить совпадения как…</translation></message>
<message><source>Save all matching lines of the file so far as…</source><translation>Сохранить все совпадающие строки файла как…</translation></message>
<message><source>Go on showing new lines</source><translation>Показывать новые строки</translation></message>
<message><source>Pause the view</source><translation>Приостановить вывод</translation></message>
<message><source>Encoding: {name}</source><translation>Кодировка: {name}</translation></message>
<message><source>Encoding: automatic, {name}</source><translation>Кодировка: автоматически, {name}</translation></message>
<message><source>{name} matches.txt</source><translation>{name} совпадения.txt</translation></message>
<message><source>Save matches</source><translation>Сохранение совпадений</translation></message>
<message><source>Saving to {name}…</source><translation>Сохранение в {name}…</translation></message>
<message><source>{name} is the download itself; choose another name</source><translation>{name} — это сама загрузка, выберите другое имя</translation></message>
<message><source>{name} could not be saved</source><translation>Не удалось сохранить {name}</translation></message>
<message><source>Nothing was saved</source><translation>Ничего не сохранено</translation></message>
<message numerus="yes"><source>%Ln line(s) saved to {name}</source><translation><numerusform>%Ln строка сохранена в {name}</numerusform><numerusform>%Ln строки сохранены в {name}</numerusform><numerusform>%Ln строк сохранено в {name}</numerusform></translation></message>
<message><source>{size} before this are not shown</source><translation>Предыдущие {size} не показаны</translation></message>
<message><source>{size} came too fast to be shown</source><translation>{size} пришло слишком быстро и не показано</translation></message>
<message><source>The file was begun anew</source><translation>Файл начат заново</translation></message>
<message><source>The recording goes on in the next file</source><translation>Запись продолжается в следующем файле</translation></message>
<message><source>Unicode (UTF-8)</source><translation>Юникод (UTF-8)</translation></message>
<message><source>Unicode (UTF-16)</source><translation>Юникод (UTF-16)</translation></message>
<message><source>Western European (Windows-1252)</source><translation>Западноевропейская (Windows-1252)</translation></message>
<message><source>Western European (ISO-8859-15)</source><translation>Западноевропейская (ISO-8859-15)</translation></message>
<message><source>Central European (Windows-1250)</source><translation>Центральноевропейская (Windows-1250)</translation></message>
<message><source>Cyrillic (Windows-1251)</source><translation>Кириллица (Windows-1251)</translation></message>
<message><source>Cyrillic (KOI8-R)</source><translation>Кириллица (KOI8-R)</translation></message>
<message><source>Greek (Windows-1253)</source><translation>Греческая (Windows-1253)</translation></message>
<message><source>Turkish (Windows-1254)</source><translation>Турецкая (Windows-1254)</translation></message>
<message><source>Hebrew (Windows-1255)</source><translation>Иврит (Windows-1255)</translation></message>
<message><source>Arabic (Windows-1256)</source><translation>Арабская (Windows-1256)</translation></message>
<message><source>Japanese (Shift JIS)</source><translation>Японская (Shift JIS)</translation></message>
<message><source>Japanese (EUC-JP)</source><translation>Японская (EUC-JP)</translation></message>
<message><source>Simplified Chinese (GB18030)</source><translation>Китайская упрощённая (GB18030)</translation></message>
<message><source>Traditional Chinese (Big5)</source><translation>Китайская традиционная (Big5)</translation></message>
<message><source>Korean (EUC-KR)</source><translation>Корейская (EUC-KR)</translation></message>
<message><source>The file is not there</source><translation>Файла нет на месте</translation></message>
<message><source>This file is not text</source><translation>Этот файл не текстовый</translation></message>
<message><source>Waiting for the next line</source><translation>Ожидание следующей строки</translation></message>
<message><source>There is no line to show</source><translation>Строк для показа нет</translation></message>
<message><source>The file cannot be read</source><translation>Файл не читается</translation></message>
<message numerus="yes"><source>%Ln line(s)</source><translation><numerusform>%Ln строка</numerusform><numerusform>%Ln строки</numerusform><numerusform>%Ln строк</numerusform></translation></message>
<message numerus="yes"><source>%Ln new line(s)</source><translation><numerusform>%Ln новая строка</numerusform><numerusform>%Ln новые строки</numerusform><numerusform>%Ln новых строк</numerusform></translation></message>
<message numerus="yes"><source>%Ln matching line(s)</source><translation><numerusform>%Ln совпадение</numerusform><numerusform>%Ln совпадения</numerusform><numerusform>%Ln совпадений</numerusform></translation></message>
<message><source>Choose a download to see its text as it arrives</source><translation>Выберите загрузку, чтобы видеть её текст по мере поступления</translation></message>
<message><source>Nothing has arrived yet</source><translation>Пока ничего не получено</translation></message>
<message><source>No line matches</source><translation>Совпадений нет</translation></message>
</context>
<context>
<name>Login</name>
<message><source>Log in</source><translation>Войти</translation></message>
<message><source>&amp;Keep it in the system's keyring</source><translation>&amp;Сохранить в связке ключей системы</translation></message>
<message><source>&amp;User name</source><translation>&amp;Имя пользователя</translation></message>
<message><source>&amp;Password, or token</source><translation>&amp;Пароль или токен</translation></message>
<message><source>The login before was refused.</source><translation>Прежний вход отклонён.</translation></message>
<message><source>Install this first, in a terminal</source><translation>Сначала установите это в терминале</translation></message>
<message><source>Type a name and a password, or a token.</source><translation>Введите имя и пароль или токен.</translation></message>
<message><source>There are too many rules for hosts.</source><translation>Слишком много правил для хостов.</translation></message>
<message><source>The keyring does not keep the login; it is used until Headrace ends.</source><translation>Связка ключей не хранит вход; он действует до завершения Headrace.</translation></message>
<message><source>The server {place} asks for a login.</source><translation>Сервер {place} требует входа.</translation></message>
<message><source>A login for {place}, for all downloads from there.</source><translation>Вход на {place} для всех загрузок оттуда.</translation></message>
<message><source>The proxy {place} asks for a login.</source><translation>Прокси {place} требует входа.</translation></message>
<message><source>Your Kerberos ticket could not be used: {why}.</source><translation>Не удалось использовать ваш билет Kerberos: {why}.</translation></message>
<message numerus="yes"><source>%Ln download(s) wait for it.</source><translation><numerusform>%Ln загрузка ждёт его.</numerusform><numerusform>%Ln загрузки ждут его.</numerusform><numerusform>%Ln загрузок ждут его.</numerusform></translation></message>
<message><source>Others on the way may read it, unless the server offers TLS.</source><translation>Другие на пути могут прочитать, если сервер не предлагает TLS.</translation></message>
<message><source>The connection is not encrypted: others on the way may read it.</source><translation>Соединение не шифруется: другие на пути могут прочитать.</translation></message>
<message><source>Show my Kerberos &amp;ticket to {host}</source><translation>Показывать мой &amp;билет Kerberos хосту {host}</translation></message>
<message><source>Send the password &amp;readably (Basic), though safer ways are offered</source><translation>Отправлять пароль &amp;открыто (Basic), хотя есть более безопасные способы</translation></message>
</context>
<context>
<name>Names</name>
<message><source>Write a name.</source><translation>Введите имя.</translation></message>
<message><source>A name has no slashes. The folder is chosen apart from it.</source><translation>В имени не может быть косой черты. Папка выбирается отдельно.</translation></message>
<message><source>The name holds a character that cannot be seen.</source><translation>В имени есть невидимый символ.</translation></message>
<message><source>A name cannot hold any of &lt; &gt; : " | ? *</source><translation>Имя не может содержать символы &lt; &gt; : " | ? *</translation></message>
<message><source>A name cannot end with a dot or a space.</source><translation>Имя не может заканчиваться точкой или пробелом.</translation></message>
<message><source>Windows keeps this name for itself. Put _ before it.</source><translation>Это имя зарезервировано в Windows. Поставьте перед ним _.</translation></message>
<message><source>The name is too long. 255 bytes are the most a disk takes.</source><translation>Имя слишком длинное. Диск допускает не больше 255 байт.</translation></message>
</context>
<context>
<name>Notices</name>
<message><source>fetched anew: the file on the server had changed</source><translation>загружено заново: файл на сервере изменился</translation></message>
<message><source>fetched anew: the server cannot resume safely</source><translation>загружено заново: сервер не может надёжно возобновить</translation></message>
<message><source>fetched anew: the unfinished file was missing or changed</source><translation>загружено заново: незавершённый файл пропал или был изменён</translation></message>
<message><source>length unknown</source><translation>длина неизвестна</translation></message>
<message><source>skipped, a file of that name was there already</source><translation>пропущено: файл с таким именем уже был</translation></message>
<message><source>joins compared, the server names no version</source><translation>стыки сверены, сервер не указывает версию</translation></message>
<message><source>altered blocks on disk fetched again</source><translation>изменённые блоки на диске загружены снова</translation></message>
<message><source>saved as it came, though labelled compressed</source><translation>сохранено как есть, хотя помечено как сжатое</translation></message>
<message><source>the server calls it another kind of file</source><translation>сервер указывает другой тип файла</translation></message>
<message><source>misleading characters removed from the name</source><translation>из имени убраны маскирующие символы</translation></message>
<message><source>checksum shows accidents, not forgeries</source><translation>контрольная сумма выявит сбой, но не подделку</translation></message>
<message><source>one address was given up</source><translation>от одного адреса пришлось отказаться</translation></message>
<message><source>the disk cannot set room aside</source><translation>диск не умеет резервировать место</translation></message>
<message><source>the feed was interrupted</source><translation>поток прерывался</translation></message>
<message><source>ended on request</source><translation>завершено по запросу</translation></message>
<message><source>not marked with its origin</source><translation>происхождение не отмечено</translation></message>
<message><source>fetched anew: what another program had left was not right</source><translation>загружено заново: оставленное другой программой оказалось неверным</translation></message>
<message><source>partly another program's, compared in samples</source><translation>частично от другой программы, сравнены пробы</translation></message>
</context>
<context>
<name>Outcome</name>
<message><source>{name} is right, proved by {proof}</source><translation>Файл {name} верен, подтверждение: {proof}</translation></message>
<message><source>{name} has the right size; nothing more is known of it</source><translation>Размер файла {name} верен; больше о нём ничего не известно</translation></message>
<message><source>{name} is not the file any more that was downloaded</source><translation>{name} — уже не тот файл, который был загружен</translation></message>
<message><source>{name} is no longer in {folder}</source><translation>Файла {name} больше нет в папке {folder}</translation></message>
<message><source>{name} cannot be read</source><translation>Не удалось прочитать {name}</translation></message>
<message><source>Nothing is known of {name} to compare it with</source><translation>Файл {name} не с чем сравнить</translation></message>
<message><source>{name} was not read to its end</source><translation>Файл {name} прочитан не до конца</translation></message>
<message><source>{name}: {what}. {advice}</source><translation>{name}: {what}. {advice}</translation></message>
<message><source>Renamed to {name}</source><translation>Новое имя: {name}</translation></message>
<message><source>{name} is in {folder} now</source><translation>Теперь {name} в папке {folder}</translation></message>
<message><source>{sentence}: it differs from byte {start} on</source><translation>{sentence}: отличия начинаются с байта {start}</translation></message>
<message><source>the digests Headrace kept of it</source><translation>хеши, сохранённые Headrace</translation></message>
</context>
<context>
<name>Properties</name>
<message><source>As in the settings</source><translation>Как в настройках</translation></message>
<message><source>Nothing</source><translation>Ничего</translation></message>
<message><source>Open it</source><translation>Открыть</translation></message>
<message><source>Extract it</source><translation>Распаковать</translation></message>
<message><source>Extract it and open the folder</source><translation>Распаковать и открыть папку</translation></message>
<message><source>Extract it, then the archive goes to the trash</source><translation>Распаковать, затем архив — в корзину</translation></message>
<message><source>Play a sound</source><translation>Воспроизвести звук</translation></message>
<message><source>When it is &amp;there</source><translation>Когда файл &amp;готов</translation></message>
<message><source>Write the proxy as http://proxy.example:3128, or “direct” for none.</source><translation>Напишите прокси как http://proxy.example:3128 или «direct», чтобы обойтись без него.</translation></message>
<message><source>Write each header as Name: value. Headrace itself sets Range, Host and the like.</source><translation>Введите каждый заголовок как Имя: значение. Range, Host и подобные Headrace задаёт сам.</translation></message>
<message><source>High</source><translation>Высокий</translation></message>
<message><source>Normal</source><translation>Обычный</translation></message>
<message><source>Low</source><translation>Низкий</translation></message>
<message><source>Properties</source><translation>Свойства</translation></message>
<message><source>Apply</source><translation>Применить</translation></message>
<message><source>No limit of its own</source><translation>Без своего лимита</translation></message>
<message><source>By type</source><translation>По типу</translation></message>
<message><source>Main queue</source><translation>Основная очередь</translation></message>
<message><source>such as sha256:…</source><translation>например, sha256:…</translation></message>
<message><source>unchanged</source><translation>без изменений</translation></message>
<message><source>&amp;Category</source><translation>Ка&amp;тегория</translation></message>
<message><source>C&amp;onnections at most</source><translation>Макс. сое&amp;динений</translation></message>
<message><source>Speed &amp;limit</source><translation>Лимит &amp;скорости</translation></message>
<message><source>&amp;Priority</source><translation>&amp;Приоритет</translation></message>
<message><source>&amp;Queue</source><translation>&amp;Очередь</translation></message>
<message><source>Expected c&amp;hecksum</source><translation>Ожидаемая &amp;контрольная сумма</translation></message>
<message><source>Pro&amp;xy</source><translation>Про&amp;кси</translation></message>
<message><source>Coo&amp;kies</source><translation>Coo&amp;kie</translation></message>
<message><source>&amp;Request headers, one a line</source><translation>&amp;Заголовки запроса, по одному в строке</translation></message>
<message><source>Various: left as they are</source><translation>Разные: оставить как есть</translation></message>
<message><source>This is not a checksum. Write it as sha256: and 64 digits from 0 to f.</source><translation>Это не контрольная сумма. Введите sha256: и 64 цифры от 0 до f.</translation></message>
<message><source>This value cannot be used.</source><translation>Это значение недопустимо.</translation></message>
</context>
<context>
<name>Questions</name>
<message><source>Delete for good</source><translation>Удаление навсегда</translation></message>
<message><source>What is deleted so does not go to the trash.</source><translation>Файлы будут удалены, минуя корзину.</translation></message>
<message><source>Delete</source><translation>Удалить</translation></message>
<message><source>Cancel</source><translation>Отмена</translation></message>
<message><source>Delete “{name}” for good?</source><translation>Удалить «{name}» навсегда?</translation></message>
<message numerus="yes"><source>Delete %Ln download(s) with their files for good?</source><translation><numerusform>Удалить навсегда %Ln загрузку вместе с файлами?</numerusform><numerusform>Удалить навсегда %Ln загрузки вместе с файлами?</numerusform><numerusform>Удалить навсегда %Ln загрузок вместе с файлами?</numerusform></translation></message>
<message><source>About Headrace</source><translation>О программе Headrace</translation></message>
<message><source>A download manager that proves every byte it writes.</source><translation>Менеджер загрузок, который проверяет каждый записанный байт.</translation></message>
<message><source>Close</source><translation>Закрыть</translation></message>
</context>
<context>
<name>Queues</name>
<message><source>Queue options</source><translation>Параметры очереди</translation></message>
<message><source>Apply</source><translation>Применить</translation></message>
<message><source>Speed &amp;limit</source><translation>Лимит &amp;скорости</translation></message>
<message><source>Downloads at &amp;once</source><translation>Загрузок &amp;одновременно</translation></message>
<message><source>Starts downloads, and stops them &amp;after</source><translation>Начинает загрузки и &amp;затем останавливает</translation></message>
<message><source>&amp;Folder</source><translation>&amp;Папка</translation></message>
<message><source>No limit of its own</source><translation>Без своего лимита</translation></message>
<message><source>As many as in all</source><translation>Сколько и всего</translation></message>
<message><source>The folder for downloads</source><translation>Папка для загрузок</translation></message>
<message><source>Hours</source><translation>Часы</translation></message>
<message><source>Write the whole path of the folder, from the root.</source><translation>Введите полный путь к папке, от корня.</translation></message>
<message><source>Name of the queue</source><translation>Имя очереди</translation></message>
<message><source>Add queue</source><translation>Добавить очередь</translation></message>
<message><source>Rename queue</source><translation>Переименовать очередь</translation></message>
<message><source>Removed the queue {queue}</source><translation>Очередь «{queue}» удалена</translation></message>
<message><source>Undo</source><translation>Отменить</translation></message>
<message numerus="yes"><source>%Ln download(s) moved to {place}</source><translation><numerusform>%Ln загрузка перемещена в «{place}»</numerusform><numerusform>%Ln загрузки перемещены в «{place}»</numerusform><numerusform>%Ln загрузок перемещено в «{place}»</numerusform></translation></message>
</context>
<context>
<name>Readdress</name>
<message><source>Change address</source><translation>Изменение адреса</translation></message>
<message><source>Go on from there</source><translation>Продолжить с него</translation></message>
<message><source>New address of {name}</source><translation>Новый адрес файла {name}</translation></message>
<message><source>Open the server's page in the browser</source><translation>Открыть страницу сервера в браузере</translation></message>
<message><source>This is not an address. It begins with https:// or http://.</source><translation>Это не адрес. Адрес начинается с https:// или http://.</translation></message>
<message><source>This download runs or is done already, or another one has this address.</source><translation>Эта загрузка идёт или уже завершена, либо этот адрес есть у другой.</translation></message>
<message><source>Paste a fresh link to the same file.</source><translation>Вставьте новую ссылку на тот же файл.</translation></message>
<message><source>Paste a fresh link to the same file. The {size} that are here stay; they are compared with what the new address has before anything is added to them.</source><translation>Вставьте новую ссылку на тот же файл. Уже полученные {size} сохранятся: перед продолжением они будут сверены с данными по новому адресу.</translation></message>
</context>
<context>
<name>Relocate</name>
<message><source>Move to another folder</source><translation>Перемещение в другую папку</translation></message>
<message><source>Move</source><translation>Переместить</translation></message>
<message><source>What has arrived goes along, and downloads that run go on there.</source><translation>Полученное переместится тоже, а идущие загрузки продолжатся там.</translation></message>
<message><source>Write the whole path of a folder.</source><translation>Введите полный путь к папке.</translation></message>
<message><source>New folder of {what}</source><translation>{what}: новая папка</translation></message>
</context>
<context>
<name>Rename</name>
<message><source>Name of the file</source><translation>Имя файла</translation></message>
<message><source>This name cannot be used.</source><translation>Это имя недопустимо.</translation></message>
<message><source>Rename</source><translation>Переименование</translation></message>
</context>
<context>
<name>Rules</name>
<message><source>There is no {part}. There are {fields}.</source><translation>Поля {part} нет. Есть {fields}.</translation></message>
<message><source>Behind a colon there is only the form of a date, such as {example}.</source><translation>После двоеточия может быть только формат даты, например {example}.</translation></message>
<message><source>A brace is open, or there is one too many.</source><translation>Фигурная скобка не закрыта или лишняя.</translation></message>
<message><source>{path} stands for several folders: write it alone between two slashes.</source><translation>{path} означает несколько папок: пишите его отдельно между двумя косыми чертами.</translation></message>
<message><source>Write a whole path, or folders below the one for downloads.</source><translation>Напишите полный путь или папки внутри папки загрузок.</translation></message>
<message><source>Not every system can have a folder called “{part}”.</source><translation>Папка с именем «{part}» возможна не во всякой системе.</translation></message>
<message><source>{counter} numbers files, and can be no part of a folder.</source><translation>{counter} нумерует файлы и не может быть частью папки.</translation></message>
<message><source>A name holds no slashes. Folders belong into the field above.</source><translation>В имени не бывает косых черт. Папки пишите в поле выше.</translation></message>
<message><source>Without a field such as {name} all files would have the same name.</source><translation>Без поля вроде {name} все файлы назывались бы одинаково.</translation></message>
<message><source>A regular expression has {number} characters at most.</source><translation>В регулярном выражении не больше {number} символов.</translation></message>
<message><source>This is no regular expression: {part}</source><translation>Это не регулярное выражение: {part}</translation></message>
<message><source>There is a {part} already. Give the group another name.</source><translation>{part} уже есть. Дайте группе другое имя.</translation></message>
<message><source>This expression may take too long. Let no two ways of a repeat fit the same text, as in {example}.</source><translation>Это выражение может выполняться слишком долго. Два пути повторения не должны подходить к одному тексту, как в {example}.</translation></message>
<message><source>Rule {number}</source><translation>Правило {number}</translation></message>
<message><source>everything</source><translation>всё</translation></message>
<message><source>the folder for downloads</source><translation>папка загрузок</translation></message>
<message><source>{what} → {where}</source><translation>{what} → {where}</translation></message>
<message><source>Change {name}</source><translation>{name}: изменить</translation></message>
<message><source>Remove {name}</source><translation>{name}: удалить</translation></message>
<message><source>Endings</source><translation>Расширения</translation></message>
<message><source>Folder</source><translation>Папка</translation></message>
<message><source>{name} is removed.</source><translation>{name}: удалено.</translation></message>
<message><source>Any</source><translation>Любая</translation></message>
<message><source>As it is</source><translation>Как есть</translation></message>
<message><source>Write a size such as 700M or 2GiB.</source><translation>Напишите размер, например 700M или 2GiB.</translation></message>
<message><source>Name of the rule</source><translation>Название правила</translation></message>
<message><source>Types of files</source><translation>Типы файлов</translation></message>
<message><source>Servers</source><translation>Серверы</translation></message>
<message><source>Addresses</source><translation>Адреса</translation></message>
<message><source>Server (regular expression)</source><translation>Сервер (регулярное выражение)</translation></message>
<message><source>Address (regular expression)</source><translation>Адрес (регулярное выражение)</translation></message>
<message><source>Name (regular expression)</source><translation>Имя (регулярное выражение)</translation></message>
<message><source>Size</source><translation>Размер</translation></message>
<message><source>Least size</source><translation>Наименьший размер</translation></message>
<message><source>Greatest size</source><translation>Наибольший размер</translation></message>
<message><source>From the queue</source><translation>Из очереди</translation></message>
<message><source>File name</source><translation>Имя файла</translation></message>
<message><source>Category</source><translation>Категория</translation></message>
<message><source>Queue</source><translation>Очередь</translation></message>
<message><source>Priority</source><translation>Приоритет</translation></message>
<message><source>Add paused</source><translation>Добавлять на паузе</translation></message>
<message><source>Ask the rules below too</source><translation>Спрашивать и правила ниже</translation></message>
<message><source>{name}: asked</source><translation>{name}: действует</translation></message>
<message><source>Add rule</source><translation>Добавить правило</translation></message>
<message><source>Folders by type</source><translation>Папки по типам</translation></message>
<message><source>A folder each for videos, music, pictures and so on</source><translation>По папке для видео, музыки, изображений и так далее</translation></message>
<message><source>Try an address: where would it go?</source><translation>Проверить адрес: куда он попадёт?</translation></message>
<message><source>This is not an address.</source><translation>Это не адрес.</translation></message>
<message><source>no rule holds</source><translation>ни одно правило не подходит</translation></message>
<message><source>{path} ({rule})</source><translation>{path} ({rule})</translation></message>
<message><source>Ask {name} earlier</source><translation>{name}: спрашивать раньше</translation></message>
<message><source>Ask {name} later</source><translation>{name}: спрашивать позже</translation></message>
</context>
<context>
<name>Settings</name>
<message><source>All files</source><translation>Все файлы</translation></message>
<message><source>At all hours</source><translation>В любое время</translation></message>
<message><source>No program on this computer opens it.</source><translation>На этом компьютере нет программы, чтобы это открыть.</translation></message>
<message><source>The keyring did not forget all of them.</source><translation>Связка ключей забыла не все.</translation></message>
<message numerus="yes"><source>%Ln login(s) forgotten.</source><translation><numerusform>%Ln вход забыт.</numerusform><numerusform>%Ln входа забыто.</numerusform><numerusform>%Ln входов забыто.</numerusform></translation></message>
<message><source>All settings are back to their defaults.</source><translation>Все настройки сброшены к значениям по умолчанию.</translation></message>
<message><source>All settings had their defaults already.</source><translation>Все настройки уже имели значения по умолчанию.</translation></message>
<message><source>Export settings</source><translation>Экспорт настроек</translation></message>
<message><source>{file} could not be written: {fault}</source><translation>Не удалось записать {file}: {fault}</translation></message>
<message><source>All settings are in {file} now.</source><translation>Все настройки сохранены в {file}.</translation></message>
<message><source>Import settings</source><translation>Импорт настроек</translation></message>
<message><source>Settings (*.json)</source><translation>Настройки (*.json)</translation></message>
<message><source>All files (*)</source><translation>Все файлы (*)</translation></message>
<message><source>{file} is not a file of settings that Headrace wrote. Nothing was changed.</source><translation>{file} — не файл настроек Headrace. Ничего не изменено.</translation></message>
<message><source>{file} was written by a newer Headrace. Nothing was changed.</source><translation>Файл {file} создан более новой версией Headrace. Ничего не изменено.</translation></message>
<message><source>{file} cannot be read. Nothing was changed.</source><translation>Не удалось прочитать {file}. Ничего не изменено.</translation></message>
<message><source>All settings were already as {file} has them.</source><translation>Все настройки уже такие, как в {file}.</translation></message>
<message numerus="yes"><source>%Ln setting(s) changed to what {file} has.</source><translation><numerusform>По файлу {file} изменена %Ln настройка.</numerusform><numerusform>По файлу {file} изменены %Ln настройки.</numerusform><numerusform>По файлу {file} изменено %Ln настроек.</numerusform></translation></message>
<message><source>Ignored, as there is no such setting: {names}.</source><translation>Пропущено, таких настроек нет: {names}.</translation></message>
<message><source>Left as they were, as the values cannot be used: {names}.</source><translation>Оставлено без изменений, значения недопустимы: {names}.</translation></message>
<message><source>Not found on this computer: the folder or file of {names}.</source><translation>На этом компьютере не найдены папка или файл для настроек: {names}.</translation></message>
<message><source>Search settings</source><translation>Поиск настроек</translation></message>
<message><source>Settings</source><translation>Настройки</translation></message>
<message><source>This folder cannot be reached.</source><translation>Эта папка недоступна.</translation></message>
<message><source>This is a file, not a folder.</source><translation>Это файл, а не папка.</translation></message>
<message><source>Main queue</source><translation>Основная очередь</translation></message>
<message><source>This value cannot be used.</source><translation>Это значение недопустимо.</translation></message>
<message><source>Like the system</source><translation>Как в системе</translation></message>
<message><source>Blue</source><translation>Синий</translation></message>
<message><source>Teal</source><translation>Бирюзовый</translation></message>
<message><source>Green</source><translation>Зелёный</translation></message>
<message><source>Amber</source><translation>Янтарный</translation></message>
<message><source>Orange</source><translation>Оранжевый</translation></message>
<message><source>Red</source><translation>Красный</translation></message>
<message><source>Pink</source><translation>Розовый</translation></message>
<message><source>Violet</source><translation>Фиолетовый</translation></message>
<message><source>Another colour…</source><translation>Другой цвет…</translation></message>
<message><source>{setting}: {choice}</source><translation>{setting}: {choice}</translation></message>
<message><source>Accent colour</source><translation>Цвет акцента</translation></message>
<message><source>Programs made for aria2</source><translation>Программы для aria2</translation></message>
<message><source>Who may come in</source><translation>Кто может войти</translation></message>
<message><source>Let other programs use Headrace</source><translation>Разрешить другим программам использовать Headrace</translation></message>
<message><source>AriaNg, browser extensions and scripts made for aria2 work with it. They need the token below.</source><translation>AriaNg, расширения браузеров и скрипты для aria2 работают с ним. Им нужен токен ниже.</translation></message>
<message><source>aria2, RPC, JSON-RPC, WebSocket, remote control, API, server</source><translation>aria2, RPC, JSON-RPC, WebSocket, удалённое управление, API, сервер</translation></message>
<message><source>Port</source><translation>Порт</translation></message>
<message><source>Most programs look for it at 6800.</source><translation>Большинство программ ищут его на 6800.</translation></message>
<message><source>TCP, address, listen, number</source><translation>TCP, адрес, прослушивание, номер</translation></message>
<message><source>Secret token</source><translation>Секретный токен</translation></message>
<message><source>Who does not know it is refused. Only what proves it is kept, so copy it while it is shown.</source><translation>Кто его не знает, получает отказ. Хранится лишь то, что его подтверждает: скопируйте его, пока он виден.</translation></message>
<message><source>password, key, secret, security</source><translation>пароль, ключ, секрет, безопасность</translation></message>
<message><source>Other computers too</source><translation>И другие компьютеры</translation></message>
<message><source>Programs anywhere in the network may ask, unencrypted. Only for a network you trust.</source><translation>Программы из всей сети могут обращаться без шифрования. Только для сети, которой вы доверяете.</translation></message>
<message><source>network, LAN, remote, listen, security</source><translation>сеть, LAN, удалённо, прослушивание, безопасность</translation></message>
<message><source>Names of this computer</source><translation>Имена этого компьютера</translation></message>
<message><source>Names by which others may call it, such as nas.lan. Its addresses and localhost always count.</source><translation>Имена, под которыми его зовут другие, например nas.lan. Его адреса и localhost действуют всегда.</translation></message>
<message><source>host, DNS, rebinding, security</source><translation>хост, DNS, rebinding, безопасность</translation></message>
<message><source>None</source><translation>Нет</translation></message>
<message><source>Web pages that may ask</source><translation>Веб-страницы, которые могут обращаться</translation></message>
<message><source>Origins such as https://ariang.example or chrome-extension://ID. All other pages are refused.</source><translation>Источники вида https://ariang.example или chrome-extension://ID. Все другие страницы получают отказ.</translation></message>
<message><source>CORS, origin, browser, extension, AriaNg, security</source><translation>CORS, источник, браузер, расширение, AriaNg, безопасность</translation></message>
<message><source>Folders they may save to</source><translation>Папки, куда им можно сохранять</translation></message>
<message><source>Whole paths with a semicolon between two. The folder for downloads and all in it always count.</source><translation>Полные пути через точку с запятой. Папка загрузок и всё в ней действуют всегда.</translation></message>
<message><source>directory, path, target, security</source><translation>каталог, путь, назначение, безопасность</translation></message>
<message><source>Open it</source><translation>Открыть</translation></message>
<message><source>Extract archives into a folder beside them</source><translation>Распаковывать архивы в папку рядом с ними</translation></message>
<message><source>Then move the archive to the trash</source><translation>Затем перемещать архив в корзину</translation></message>
<message><source>Play a sound</source><translation>Воспроизвести звук</translation></message>
<message><source>Move it to another folder</source><translation>Переместить в другую папку</translation></message>
<message><source>The system's sound, or a file</source><translation>Звук системы или файл</translation></message>
<message><source>File with the sound</source><translation>Файл со звуком</translation></message>
<message><source>The folder, in full</source><translation>Полный путь к папке</translation></message>
<message><source>Folder to move to</source><translation>Папка назначения</translation></message>
<message><source>Write the folder in full.</source><translation>Укажите полный путь к папке.</translation></message>
<message><source>Write the file in full.</source><translation>Укажите полный путь к файлу.</translation></message>
<message><source>When something happens</source><translation>Когда что-то происходит</translation></message>
<message><source>Lists that are laid down</source><translation>Положенные списки</translation></message>
<message><source>Watched folder</source><translation>Наблюдаемая папка</translation></message>
<message><source>Texts with addresses, Metalinks and lists that are saved there are added, and then renamed.</source><translation>Тексты с адресами, Metalink и списки, сохранённые там, добавляются и затем переименовываются.</translation></message>
<message><source>watch, directory, folder, inbox, NAS, import</source><translation>наблюдать, каталог, папка, входящие, NAS, импорт</translation></message>
<message><source>Command after each download</source><translation>Команда после каждой загрузки</translation></message>
<message><source>A program and its arguments, without a shell. {path} stands for the file, {folder} for its folder.</source><translation>Программа и её аргументы, без оболочки. {path} — файл, {folder} — его папка.</translation></message>
<message><source>run, execute, script, hook, event, finished, post-processing</source><translation>запуск, выполнить, скрипт, хук, событие, завершено, постобработка</translation></message>
<message><source>Command after a failure</source><translation>Команда после сбоя</translation></message>
<message><source>Run when a download has failed and waits for you.</source><translation>Выполняется, когда загрузка не удалась и ждёт вас.</translation></message>
<message><source>run, execute, script, hook, event, error</source><translation>запуск, выполнить, скрипт, хук, событие, ошибка</translation></message>
<message><source>Command when all is done</source><translation>Команда, когда всё готово</translation></message>
<message><source>Run when nothing is left to be done, for example to suspend the computer.</source><translation>Выполняется, когда делать больше нечего, например чтобы усыпить компьютер.</translation></message>
<message><source>run, execute, script, hook, event, idle, shut down, suspend, sleep</source><translation>запуск, выполнить, скрипт, хук, событие, простой, выключить, сон</translation></message>
<message><source>Webhook</source><translation>Webhook</translation></message>
<message><source>What happens is sent to this address as JSON by POST, again where that fails.</source><translation>О происходящем сообщается на этот адрес в JSON через POST, при сбое повторно.</translation></message>
<message><source>HTTP, POST, JSON, event, notify, address, URL, server</source><translation>HTTP, POST, JSON, событие, уведомить, адрес, URL, сервер</translation></message>
<message><source>Write a speed from {low} to {high}.</source><translation>Введите скорость от {low} до {high}.</translation></message>
<message><source>Write a number of seconds from {low} to {high}.</source><translation>Введите число секунд от {low} до {high}.</translation></message>
<message><source>Write a whole number from {low} to {high}.</source><translation>Введите целое число от {low} до {high}.</translation></message>
<message><source>Quiet</source><translation>Тихий режим</translation></message>
<message><source>Others on the line</source><translation>Другие на линии</translation></message>
<message><source>Data budget</source><translation>Запас трафика</translation></message>
<message><source>Metered networks</source><translation>Лимитные сети</translation></message>
<message><source>Quiet now</source><translation>Тихо сейчас</translation></message>
<message><source>The quiet limit is in force, until you or the quiet hours end it.</source><translation>Тихий лимит действует, пока его не отмените вы или тихие часы.</translation></message>
<message><source>turtle, slow, alternative, profile, turbo, polite</source><translation>черепаха, медленно, альтернативный, профиль, вежливый</translation></message>
<message><source>Quiet limit</source><translation>Тихий лимит</translation></message>
<message><source>All downloads together are held to this while it is quiet.</source><translation>Все загрузки вместе не превышают его, пока тихо.</translation></message>
<message><source>bandwidth, throttle, rate, slow down</source><translation>ограничение, полоса, пропускная способность, замедлить</translation></message>
<message><source>Quiet hours</source><translation>Тихие часы</translation></message>
<message><source>When they begin it gets quiet by itself, and when they end it no longer is. Drag to mark them.</source><translation>Когда они начинаются, становится тихо само собой, когда кончаются — перестаёт. Отметьте их мышью.</translation></message>
<message><source>schedule, scheduler, time, day, week, night, plan</source><translation>расписание, планировщик, время, день, неделя, ночь, план</translation></message>
<message><source>Never by itself</source><translation>Никогда само</translation></message>
<message><source>Leave others room</source><translation>Оставлять место другим</translation></message>
<message><source>While others use the line, downloads step back. Headrace notices it by answers that take longer, and asks the servers it fetches from once a second, less often while the line is calm.</source><translation>Пока линией пользуются другие, загрузки уступают. Headrace замечает это по более долгим ответам и раз в секунду обращается к серверам, с которых загружает, а пока линия спокойна — реже.</translation></message>
<message><source>latency, ping, bufferbloat, polite, family, games, calls, LEDBAT, share</source><translation>задержка, пинг, вежливый, семья, игры, звонки, LEDBAT, делиться</translation></message>
<message><source>How much may come</source><translation>Сколько может прийти</translation></message>
<message><source>When so much has come, downloads wait for the next period, or for a network that does not count. Days and weeks begin at midnight, weeks on Monday.</source><translation>Когда пришло столько, загрузки ждут следующего периода или сети, которая не считается. Дни и недели начинаются в полночь, недели — в понедельник.</translation></message>
<message><source>quota, cap, volume, allowance, contract, data, traffic, month, week, day, billing, Wi-Fi, mobile, roaming</source><translation>квота, предел, объём, договор, данные, трафик, месяц, неделя, день, оплата, Wi-Fi, мобильная, роуминг</translation></message>
<message><source>Wait in metered networks</source><translation>Ждать в лимитных сетях</translation></message>
<message><source>Where the system says that a network counts bytes, as that of a phone, downloads wait for another one.</source><translation>Если система сообщает, что сеть считает трафик, как сеть телефона, загрузки ждут другой.</translation></message>
<message><source>mobile, phone, cellular, hotspot, tethering, roaming, data, volume</source><translation>мобильный, телефон, сотовая, точка доступа, модем, роуминг, данные, трафик</translation></message>
<message><source>{button}: {setting}</source><translation>{button}: {setting}</translation></message>
<message><source>When all downloads are done</source><translation>Когда все загрузки завершены</translation></message>
<message><source>When a file is there</source><translation>Когда файл готов</translation></message>
<message><source>It is done to each file; a download's properties may say otherwise.</source><translation>Это делается с каждым файлом; в свойствах загрузки можно указать иное.</translation></message>
<message><source>finished, extract, unpack, unzip, archive, zip, 7z, tar, open, sound, move, folder</source><translation>завершено, распаковать, извлечь, архив, zip, 7z, tar, открыть, звук, переместить, папка</translation></message>
<message><source>Then, each time</source><translation>Тогда каждый раз</translation></message>
<message><source>You are warned a minute before, and can stop it. For one time, choose it in the menu File.</source><translation>За минуту появится предупреждение, и это можно остановить. На один раз выберите это в меню «Файл».</translation></message>
<message><source>shut down, power off, suspend, standby, sleep, hibernate, log out, quit, idle</source><translation>выключить, ждущий режим, сон, спящий режим, гибернация, выйти, завершить, простой</translation></message>
<message><source>Do nothing</source><translation>Ничего не делать</translation></message>
<message><source>Sleep</source><translation>Спящий режим</translation></message>
<message><source>Hibernate</source><translation>Гибернация</translation></message>
<message><source>Shut down</source><translation>Выключить компьютер</translation></message>
<message><source>Restart</source><translation>Перезагрузить</translation></message>
<message><source>Log out</source><translation>Выйти из системы</translation></message>
<message><source>Quit Headrace</source><translation>Завершить Headrace</translation></message>
<message><source>Saving</source><translation>Сохранение</translation></message>
<message><source>Adding</source><translation>Добавление</translation></message>
<message><source>Checking</source><translation>Проверка</translation></message>
<message><source>History</source><translation>История</translation></message>
<message><source>At the same time</source><translation>Одновременно</translation></message>
<message><source>Patience</source><translation>Ожидание и попытки</translation></message>
<message><source>Folder for downloads</source><translation>Папка для загрузок</translation></message>
<message><source>New downloads go here unless you choose another folder when you add them.</source><translation>Новые загрузки сохраняются сюда, если при добавлении не выбрать другую папку.</translation></message>
<message><source>directory, path, location, save to, destination</source><translation>каталог, директория, путь, расположение, сохранить в, куда сохранять</translation></message>
<message><source>Downloads at once</source><translation>Загрузок одновременно</translation></message>
<message><source>So many run side by side; the others wait in line.</source><translation>Столько загрузок идёт одновременно, остальные ждут в очереди.</translation></message>
<message><source>parallel, simultaneous, concurrent, maximum</source><translation>параллельно, сразу, вместе, максимум</translation></message>
<message><source>Watch the clipboard</source><translation>Следить за буфером обмена</translation></message>
<message><source>When you copy the address of a file, Headrace offers to download it.</source><translation>Когда вы копируете адрес файла, Headrace предлагает его загрузить.</translation></message>
<message><source>copy, paste, monitor, link</source><translation>копировать, вставить, отслеживать, ссылка, перехват</translation></message>
<message><source>Ask servers before adding</source><translation>Опрашивать серверы перед добавлением</translation></message>
<message><source>The add dialog shows name and size of each file. Switch it off if your links work only once.</source><translation>В окне добавления видны имя и размер каждого файла. Выключите, если ссылки действуют только один раз.</translation></message>
<message><source>probe, size, check, one-time link, preview</source><translation>запрос, размер, проверка, одноразовая ссылка, предпросмотр</translation></message>
<message><source>Add without asking</source><translation>Добавлять без вопросов</translation></message>
<message><source>Pasted and dropped addresses go straight into the list, without a dialog.</source><translation>Вставленные и перетащенные адреса сразу попадают в список, без диалога.</translation></message>
<message><source>silent, dialog, confirm, prompt</source><translation>тихо, диалог, подтверждение, запрос, спрашивать</translation></message>
<message><source>Add paused</source><translation>Добавлять без запуска</translation></message>
<message><source>The main button of the add dialog adds downloads without starting them.</source><translation>Главная кнопка окна добавления добавляет загрузки, не запуская их.</translation></message>
<message><source>start later, stopped</source><translation>запустить позже, пауза, приостановлено</translation></message>
<message><source>Look for checksums</source><translation>Искать контрольные суммы</translation></message>
<message><source>For large files, the server is asked for a checksum file, and the download is checked by it.</source><translation>Для больших файлов у сервера запрашивается файл с контрольной суммой, и загрузка сверяется с ней.</translation></message>
<message><source>verify, hash, SHA-256, SHA256SUMS, integrity</source><translation>проверка, хеш, хэш, SHA-256, SHA256SUMS, целостность</translation></message>
<message><source>Mark files as downloaded</source><translation>Помечать файлы как загруженные</translation></message>
<message><source>Files carry where they came from, so that the system can warn before it runs one.</source><translation>В файле отмечается, откуда он, чтобы система предупредила перед его запуском.</translation></message>
<message><source>origin, quarantine, zone, security, warning</source><translation>происхождение, источник, карантин, зона, безопасность, предупреждение</translation></message>
<message><source>Remember ended downloads</source><translation>Помнить прошлые загрузки</translation></message>
<message><source>The history keeps them after they left the list. What is older goes at the next start.</source><translation>История хранит их и после удаления из списка. Более старое удаляется при следующем запуске.</translation></message>
<message><source>history, privacy, archive, days, forget</source><translation>история, приватность, архив, дни, забыть</translation></message>
<message><source>For ever</source><translation>Всегда</translation></message>
<message><source>For a year</source><translation>Год</translation></message>
<message><source>For 90 days</source><translation>90 дней</translation></message>
<message><source>For 30 days</source><translation>30 дней</translation></message>
<message><source>For a week</source><translation>Неделю</translation></message>
<message><source>Not at all</source><translation>Нисколько</translation></message>
<message><source>Connections per download</source><translation>Соединений на загрузку</translation></message>
<message><source>At most so many. More are only opened while they make the download faster.</source><translation>Не больше этого числа. Новые открываются, только пока ускоряют загрузку.</translation></message>
<message><source>threads, segments, parts, parallel, maximum</source><translation>потоки, сегменты, части, параллельно, максимум</translation></message>
<message><source>Connections per server</source><translation>Соединений на сервер</translation></message>
<message><source>At most so many to one server, all downloads together.</source><translation>Не больше этого числа к одному серверу для всех загрузок вместе.</translation></message>
<message><source>host, parallel, maximum</source><translation>хост, параллельно, максимум</translation></message>
<message><source>Wait for a server</source><translation>Ждать сервер</translation></message>
<message><source>A server that has not answered by then is tried again later.</source><translation>Если сервер не ответит за это время, попытка повторится позже.</translation></message>
<message><source>timeout, connect, seconds</source><translation>тайм-аут, таймаут, подключение, секунды</translation></message>
<message><source>Wait for data</source><translation>Ждать данные</translation></message>
<message><source>A connection on which nothing has come for so long is opened anew.</source><translation>Соединение, по которому столько времени ничего не пришло, открывается заново.</translation></message>
<message><source>timeout, idle, stalled, seconds</source><translation>тайм-аут, таймаут, простой, зависание, секунды</translation></message>
<message><source>Give up slow connections</source><translation>Закрывать медленные соединения</translation></message>
<message><source>A connection that was slower than this for a minute is opened anew.</source><translation>Соединение, которое минуту было медленнее этого, открывается заново.</translation></message>
<message><source>minimum speed, stalled, timeout</source><translation>минимальная скорость, зависание, тайм-аут, таймаут</translation></message>
<message><source>Never</source><translation>Никогда</translation></message>
<message><source>Tries</source><translation>Попытки</translation></message>
<message><source>A download fails after so many tries in a row that brought nothing new.</source><translation>Загрузка считается неудачной после стольких попыток подряд без новых данных.</translation></message>
<message><source>retry, attempts, again, repeat</source><translation>повтор, повторные попытки, снова, ретрай</translation></message>
<message><source>Speed limit</source><translation>Лимит скорости</translation></message>
<message><source>All downloads together are held to this, so that some of your line stays free.</source><translation>Общий лимит для всех загрузок, чтобы часть канала оставалась свободной.</translation></message>
<message><source>bandwidth, throttle, rate, slow down, maximum</source><translation>ограничение, полоса, пропускная способность, замедлить, максимум</translation></message>
<message><source>No limit</source><translation>Без лимита</translation></message>
<message><source>Your queues</source><translation>Ваши очереди</translation></message>
<message><source>Lines of their own for downloads that belong together. One that is held starts nothing new until you let it go on.</source><translation>Отдельные очереди для связанных загрузок. Приостановленная не начинает ничего нового, пока вы её не запустите.</translation></message>
<message><source>line, hold, group, list, pause, schedule, hours, night</source><translation>очередь, удержать, группа, список, пауза, расписание, часы, ночь</translation></message>
<message><source>Where downloads go</source><translation>Куда попадают загрузки</translation></message>
<message><source>The first rule that holds decides, unless you choose a folder yourself. In folders and names there may be fields in braces, such as {host}, {name}, {category} or {date:%Y-%m}.</source><translation>Решает первое подходящее правило, если вы сами не выбрали папку. В папках и именах могут быть поля в фигурных скобках, например {host}, {name}, {category} или {date:%Y-%m}.</translation></message>
<message><source>folder, sort, category, template, organise, directory</source><translation>папка, разложить, сортировка, категория, шаблон, порядок, каталог</translation></message>
<message><source>Categories</source><translation>Категории</translation></message>
<message><source>What the list sorts files by: their endings, or the type the server tells. Files of a category go to its folder where no rule sends them elsewhere. Removing one changes no file.</source><translation>По чему список делит файлы: по расширениям или по типу, который называет сервер. Файлы категории попадают в её папку, если ни одно правило не отправляет их в другое место. Удаление категории не меняет файлов.</translation></message>
<message><source>type, kind, extension, ending, own, group, icon, folder</source><translation>тип, вид, расширение, окончание, своя, группа, значок, папка</translation></message>
<message><source>Where Headrace keeps things</source><translation>Где Headrace хранит данные</translation></message>
<message><source>All settings</source><translation>Все настройки</translation></message>
<message><source>Profile folder</source><translation>Папка профиля</translation></message>
<message><source>Settings and the list of downloads are kept in this folder.</source><translation>В этой папке хранятся настройки и список загрузок.</translation></message>
<message><source>database, backup, path, configuration</source><translation>база данных, резервная копия, путь, конфигурация</translation></message>
<message><source>Open</source><translation>Открыть</translation></message>
<message><source>Log file</source><translation>Файл журнала</translation></message>
<message><source>What the program did is written down here, to look into when something goes wrong.</source><translation>Сюда записывается, что делала программа; пригодится, если что-то пойдёт не так.</translation></message>
<message><source>problem, report, debug, diagnosis</source><translation>проблема, лог, отчёт, отладка, диагностика</translation></message>
<message><source>All settings are saved as one file, to keep or to take to another computer.</source><translation>Все настройки сохраняются в один файл — про запас или для другого компьютера.</translation></message>
<message><source>backup, save, transfer, JSON</source><translation>резервная копия, бэкап, сохранить, перенос, JSON</translation></message>
<message><source>Export…</source><translation>Экспорт…</translation></message>
<message><source>Settings are taken from such a file. You can undo it.</source><translation>Настройки берутся из такого файла. Это можно отменить.</translation></message>
<message><source>restore, load, transfer, JSON</source><translation>восстановить, открыть, перенос, JSON</translation></message>
<message><source>Import…</source><translation>Импорт…</translation></message>
<message><source>Reset all settings</source><translation>Сброс всех настроек</translation></message>
<message><source>Every setting goes back to its default. Downloads stay as they are. You can undo it.</source><translation>Все настройки вернутся к значениям по умолчанию. Загрузки не изменятся. Это можно отменить.</translation></message>
<message><source>default, original, begin anew</source><translation>по умолчанию, исходные, начать заново</translation></message>
<message><source>Reset all</source><translation>Сбросить все</translation></message>
<message><source>General</source><translation>Общие</translation></message>
<message><source>Downloads</source><translation>Загрузки</translation></message>
<message><source>Connections</source><translation>Соединения</translation></message>
<message><source>Speed</source><translation>Скорость</translation></message>
<message><source>Queues</source><translation>Очереди</translation></message>
<message><source>Rules</source><translation>Правила</translation></message>
<message><source>Other programs</source><translation>Другие программы</translation></message>
<message><source>Appearance</source><translation>Внешний вид</translation></message>
<message><source>Notifications and power</source><translation>Уведомления и питание</translation></message>
<message><source>Advanced</source><translation>Дополнительно</translation></message>
<message><source>Show hosts…</source><translation>Показать хосты…</translation></message>
<message numerus="yes"><source>%Ln rule(s)</source><translation><numerusform>%Ln правило</numerusform><numerusform>%Ln правила</numerusform><numerusform>%Ln правил</numerusform></translation></message>
<message><source>At these hours</source><translation>В эти часы</translation></message>
<message><source>These are too many different hours. Mark longer ones.</source><translation>Слишком много разных часов. Отметьте более длинные.</translation></message>
<message><source>Way out</source><translation>Путь наружу</translation></message>
<message><source>Trust</source><translation>Доверие</translation></message>
<message><source>Logins</source><translation>Входы</translation></message>
<message><source>Single servers</source><translation>Отдельные серверы</translation></message>
<message><source>Proxy</source><translation>Прокси</translation></message>
<message><source>Reach servers</source><translation>Путь к серверам</translation></message>
<message><source>Proxies speak HTTP, HTTPS, SOCKS4 or SOCKS5; socks5h:// and socks4a:// look names up themselves. A password is never saved with the settings.</source><translation>Прокси говорят на HTTP, HTTPS, SOCKS4 или SOCKS5; с socks5h:// и socks4a:// они сами ищут имена. Пароль никогда не сохраняется с настройками.</translation></message>
<message><source>proxy, SOCKS, SOCKS5, tunnel, PAC, company, Tor, VPN, network</source><translation>прокси, SOCKS, SOCKS5, туннель, PAC, компания, Tor, VPN, сеть</translation></message>
<message><source>Not by the proxy</source><translation>Мимо прокси</translation></message>
<message><source>Servers that are reached directly: names with all below them, networks such as 10.0.0.0/8, &lt;local&gt; for names without a dot.</source><translation>Серверы, к которым идут напрямую: имена со всем, что под ними, сети вроде 10.0.0.0/8, &lt;local&gt; для имён без точки.</translation></message>
<message><source>exception, bypass, intranet, local, no proxy</source><translation>исключение, обход, интранет, локальный, без прокси</translation></message>
<message><source>Hosts</source><translation>Серверы</translation></message>
<message><source>Connections, speed, pauses, user agent, referrer, headers and proxy of single servers, and what was learnt of them.</source><translation>Соединения, скорость, паузы, User-Agent, реферер, заголовки и прокси отдельных серверов и что о них узнано.</translation></message>
<message><source>rule, server, site, domain, user agent, referer, header, limit, polite, retry, memory</source><translation>правило, сервер, сайт, домен, User-Agent, реферер, заголовок, лимит, вежливость, повтор, память</translation></message>
<message><source>Only by this network</source><translation>Только через эту сеть</translation></message>
<message><source>An address or an interface of this computer, such as tun0 of a VPN. While it is gone, downloads wait. Names are still looked up as the system does.</source><translation>Адрес или интерфейс этого компьютера, например tun0 у VPN. Пока его нет, загрузки ждут. Имена по-прежнему ищутся так, как это делает система.</translation></message>
<message><source>VPN, bind, interface, network card, adapter, source address, kill switch</source><translation>VPN, привязка, интерфейс, сетевая карта, адаптер, адрес источника, аварийное отключение</translation></message>
<message><source>Any</source><translation>Любая</translation></message>
<message><source>Version of IP</source><translation>Версия IP</translation></message>
<message><source>Which addresses of servers are connected to.</source><translation>С какими адресами серверов соединяться.</translation></message>
<message><source>IPv4, IPv6, address, protocol</source><translation>IPv4, IPv6, адрес, протокол</translation></message>
<message><source>Both</source><translation>Обе</translation></message>
<message><source>IPv4 only</source><translation>Только IPv4</translation></message>
<message><source>IPv6 only</source><translation>Только IPv6</translation></message>
<message><source>Further certificates</source><translation>Дополнительные сертификаты</translation></message>
<message><source>A PEM file with authorities that secure servers are trusted by, such as your company's.</source><translation>PEM-файл с центрами сертификации, которым нужно доверять, например центром вашей организации.</translation></message>
<message><source>TLS, SSL, https, CA, authority, security</source><translation>TLS, SSL, https, CA, УЦ, удостоверяющий центр, безопасность</translation></message>
<message><source>None besides the system's</source><translation>Только системные</translation></message>
<message><source>Oldest version of TLS</source><translation>Самая старая версия TLS</translation></message>
<message><source>Servers that speak older ones alone are not connected to.</source><translation>С серверами, знающими лишь более старые, соединения нет.</translation></message>
<message><source>SSL, https, security, encryption, protocol</source><translation>SSL, https, безопасность, шифрование, протокол</translation></message>
<message><source>TLS 1.2</source><translation>TLS 1.2</translation></message>
<message><source>TLS 1.3</source><translation>TLS 1.3</translation></message>
<message><source>Trusted in spite of faults</source><translation>Доверенные несмотря на изъяны</translation></message>
<message><source>Written as example.org=SHA-256 of its certificate, or sftp://example.org=SHA256:… of its host key; what you trust in a download's dialog is here, too. Delete an entry to trust it no more.</source><translation>Пишутся как example.org=SHA-256 сертификата или sftp://example.org=SHA256:… ключа сервера; чему вы доверяете в окне загрузки, есть и здесь. Удалите запись, чтобы больше не доверять.</translation></message>
<message><source>exception, self-signed, fingerprint, pin, certificate, security</source><translation>исключение, самоподписанный, отпечаток, сертификат, безопасность</translation></message>
<message><source>Your own certificates</source><translation>Ваши собственные сертификаты</translation></message>
<message><source>Shown to one server each: example.org=/whole/path.pem, a file with certificate and key.</source><translation>Каждый показывается одному серверу: example.org=/полный/путь.pem, файл с сертификатом и ключом.</translation></message>
<message><source>client certificate, key, PEM, mutual TLS, authentication</source><translation>клиентский сертификат, ключ, PEM, взаимный TLS, аутентификация</translation></message>
<message><source>Cookies</source><translation>Cookie</translation></message>
<message><source>A cookies.txt, as browsers' add-ons export it; each cookie goes to the site it belongs to.</source><translation>Файл cookies.txt, как его выгружают дополнения браузеров; каждый cookie идёт на свой сайт.</translation></message>
<message><source>cookies.txt, Netscape, session, members, sign in</source><translation>cookies.txt, Netscape, сеанс, участники, вход</translation></message>
<message><source>Read logins from .netrc</source><translation>Читать входы из .netrc</translation></message>
<message><source>Servers that ask for a login get the one that the file has for them.</source><translation>Серверы, требующие входа, получают тот, что есть для них в файле.</translation></message>
<message><source>password, user, curl, authentication</source><translation>пароль, пользователь, curl, аутентификация</translation></message>
<message><source>Forget logins</source><translation>Забыть входы</translation></message>
<message><source>Those you gave, and those the system's keyring keeps for Headrace.</source><translation>Те, что вы дали, и те, что связка ключей системы хранит для Headrace.</translation></message>
<message><source>password, keyring, delete, sign out</source><translation>пароль, связка ключей, удалить, выйти</translation></message>
<message><source>Forget all</source><translation>Забыть все</translation></message>
<message><source>Undo</source><translation>Отменить</translation></message>
<message><source>Less: {setting}</source><translation>Меньше: {setting}</translation></message>
<message><source>More: {setting}</source><translation>Больше: {setting}</translation></message>
<message><source>s</source><comment>seconds, behind a number</comment><translation>с</translation></message>
<message><source>MB/s</source><translation>МБ/с</translation></message>
<message><source>kB/s</source><translation>кБ/с</translation></message>
<message><source>Pages of settings</source><translation>Разделы настроек</translation></message>
<message><source>Reset this page</source><translation>Сбросить этот раздел</translation></message>
<message><source>This page is back to its defaults.</source><translation>Раздел сброшен к значениям по умолчанию.</translation></message>
<message><source>All of this page had its default already.</source><translation>В этом разделе уже были значения по умолчанию.</translation></message>
<message><source>No setting is about “{words}”.</source><translation>По запросу «{words}» настроек не найдено.</translation></message>
<message><source>Write the whole path, from the root of the disk on.</source><translation>Введите полный путь, начиная с корня диска.</translation></message>
<message><source>Browse…</source><translation>Обзор…</translation></message>
<message><source>Browse: {setting}</source><translation>Обзор: {setting}</translation></message>
<message><source>Choose a certificate file</source><translation>Выбор файла сертификатов</translation></message>
<message><source>Certificates</source><translation>Сертификаты</translation></message>
<message><source>There is no such file.</source><translation>Такого файла нет.</translation></message>
<message><source>There are no certificates in this file that can be used.</source><translation>В этом файле нет пригодных сертификатов.</translation></message>
<message><source>This file cannot be read.</source><translation>Этот файл не читается.</translation></message>
<message><source>As the system does</source><translation>Как система</translation></message>
<message><source>Directly</source><translation>Напрямую</translation></message>
<message><source>As the environment says</source><translation>Как говорит окружение</translation></message>
<message><source>By this proxy:</source><translation>Через этот прокси:</translation></message>
<message><source>Address of the proxy</source><translation>Адрес прокси</translation></message>
<message><source>Write it as http://proxy.example:3128 or socks5h://name:password@127.0.0.1:1080.</source><translation>Напишите его как http://proxy.example:3128 или socks5h://name:password@127.0.0.1:1080.</translation></message>
<message><source>Write a name for the queue.</source><translation>Введите имя очереди.</translation></message>
<message><source>There is a queue of this name already.</source><translation>Очередь с таким именем уже есть.</translation></message>
<message><source>A name has at most {count} characters, all of them visible.</source><translation>В имени не больше {count} символов, и все они видимые.</translation></message>
<message><source>Starts downloads</source><translation>Запускает загрузки</translation></message>
<message><source>Held</source><translation>Приостановлена</translation></message>
<message><source>Name of the queue {name}</source><translation>Имя очереди {name}</translation></message>
<message><source>{name}: starts downloads</source><translation>{name}: запускает загрузки</translation></message>
<message><source>Options of the queue {name}</source><translation>Параметры очереди {name}</translation></message>
<message><source>Remove the queue {name}</source><translation>Удалить очередь {name}</translation></message>
<message><source>Name of a new queue</source><translation>Имя новой очереди</translation></message>
<message><source>Add queue</source><translation>Добавить очередь</translation></message>
<message><source>The queue {name} is removed. Its downloads are in the main queue now.</source><translation>Очередь «{name}» удалена. Её загрузки теперь в основной очереди.</translation></message>
<message><source>Only while “{setting}” is on.</source><translation>Только когда включено «{setting}».</translation></message>
<message><source>Back to the default</source><translation>Вернуть по умолчанию</translation></message>
<message><source>{setting}: back to the default</source><translation>{setting}: вернуть значение по умолчанию</translation></message>
<message><source>Light</source><translation>Светлая</translation></message>
<message><source>Dark</source><translation>Тёмная</translation></message>
<message><source>There is none yet</source><translation>Пока нет</translation></message>
<message><source>New token</source><translation>Новый токен</translation></message>
<message><source>Copy</source><translation>Копировать</translation></message>
<message><source>Other…</source><translation>Другая…</translation></message>
<message><source>The desktop did not allow it.</source><translation>Система этого не разрешила.</translation></message>
<message><source>Starting and closing</source><translation>Запуск и закрытие</translation></message>
<message><source>Colours</source><translation>Цвета</translation></message>
<message><source>List and figures</source><translation>Список и числа</translation></message>
<message><source>Motion</source><translation>Анимация</translation></message>
<message><source>Tray</source><translation>Трей</translation></message>
<message><source>Notifications</source><translation>Уведомления</translation></message>
<message><source>Power</source><translation>Питание</translation></message>
<message><source>Language</source><translation>Язык</translation></message>
<message><source>All texts change at once, and numbers and dates are written in its manner.</source><translation>Все тексты меняются сразу, а числа и даты пишутся по правилам языка.</translation></message>
<message><source>translation, locale, English</source><translation>перевод, локаль, русский, английский, language</translation></message>
<message><source>Start with the computer</source><translation>Запускать с компьютером</translation></message>
<message><source>Headrace starts by itself when you log in.</source><translation>Headrace запускается сам при входе в систему.</translation></message>
<message><source>autostart, session, login, boot, launch</source><translation>автозапуск, автозагрузка, сеанс, вход, старт</translation></message>
<message><source>Start hidden</source><translation>Запускать скрыто</translation></message>
<message><source>Only the tray icon is there after a start; click it to see the window.</source><translation>После запуска виден только значок в трее; щёлкните его, чтобы открыть окно.</translation></message>
<message><source>minimised, background, tray</source><translation>свёрнуто, в фоне, трей</translation></message>
<message><source>Continue where you left off</source><translation>Продолжать с того же места</translation></message>
<message><source>Downloads that ran when you quit run again at the next start. Else they wait paused.</source><translation>Загрузки, которые шли при выходе, продолжатся при следующем запуске. Иначе они останутся приостановленными.</translation></message>
<message><source>resume at start, restart</source><translation>возобновить при запуске, перезапуск</translation></message>
<message><source>Closing the window</source><translation>Закрытие окна</translation></message>
<message><source>In the tray, downloads go on without a window.</source><translation>В трее загрузки продолжаются и без окна.</translation></message>
<message><source>exit, minimise, background</source><translation>выход, свернуть, в фоне</translation></message>
<message><source>Quits Headrace</source><translation>Завершает Headrace</translation></message>
<message><source>Keeps it in the tray</source><translation>Сворачивает в трей</translation></message>
<message><source>Light or dark</source><translation>Тема оформления</translation></message>
<message><source>The window can follow the system, or be always the same.</source><translation>Окно может следовать системе или всегда выглядеть одинаково.</translation></message>
<message><source>theme, night mode, dark mode, colour scheme</source><translation>тема, ночной режим, тёмный режим, цветовая схема, оформление</translation></message>
<message><source>Buttons, progress and what is chosen have this colour.</source><translation>Этим цветом выделяются кнопки, прогресс и всё выбранное.</translation></message>
<message><source>theme, highlight, tint</source><translation>тема, выделение, оттенок, акцентный цвет</translation></message>
<message><source>One-line rows</source><translation>Однострочный список</translation></message>
<message><source>More downloads fit into the window; what each is doing is told in fewer words.</source><translation>В окне помещается больше загрузок, а их состояние описано короче.</translation></message>
<message><source>compact, dense, row height</source><translation>компактный, плотный, высота строк</translation></message>
<message><source>Binary units</source><translation>Двоичные единицы</translation></message>
<message><source>Sizes are written in KiB, MiB and GiB (1,024 at a time) instead of kB, MB and GB.</source><translation>Размеры пишутся в КиБ, МиБ и ГиБ (по 1024), а не в кБ, МБ и ГБ.</translation></message>
<message><source>megabyte, mebibyte, 1000, 1024</source><translation>мегабайт, мебибайт, 1000, 1024</translation></message>
<message><source>Things slide and fade for a moment. Reduced, they change at once.</source><translation>Элементы плавно двигаются и проявляются. В упрощённом режиме они меняются сразу.</translation></message>
<message><source>animation, effects, accessibility</source><translation>движение, эффекты, плавность, специальные возможности</translation></message>
<message><source>Full</source><translation>Полная</translation></message>
<message><source>Reduced</source><translation>Упрощённая</translation></message>
<message><source>Tray icon</source><translation>Значок в трее</translation></message>
<message><source>An icon in the system tray shows progress and offers what you need most.</source><translation>Значок в системном трее показывает прогресс и даёт доступ к самому нужному.</translation></message>
<message><source>system tray, status icon, background</source><translation>системный трей, область уведомлений, системный лоток, в фоне</translation></message>
<message><source>When a download has finished</source><translation>Когда загрузка завершена</translation></message>
<message><source>A notification offers to open the file or its folder.</source><translation>Уведомление предлагает открыть файл или папку.</translation></message>
<message><source>message, alert, bubble, done</source><translation>сообщение, оповещение, всплывающее, готово</translation></message>
<message><source>When a download has failed</source><translation>Когда загрузка не удалась</translation></message>
<message><source>A notification says why, and offers to try again.</source><translation>Уведомление объясняет причину и предлагает повторить.</translation></message>
<message><source>message, alert, bubble, error</source><translation>сообщение, оповещение, всплывающее, ошибка</translation></message>
<message><source>Keep the computer awake</source><translation>Не давать компьютеру уснуть</translation></message>
<message><source>The computer does not go to sleep by itself while something is downloading.</source><translation>Пока идут загрузки, компьютер сам не переходит в спящий режим.</translation></message>
<message><source>sleep, suspend, standby, energy, battery</source><translation>сон, спящий режим, ждущий режим, энергия, батарея</translation></message>
<message><source>“{part}” is no origin. Write it as https://example.org, without a path.</source><translation>«{part}» — не источник. Напишите его как https://example.org, без пути.</translation></message>
<message><source>“{part}” is no name of a computer. Write it without http:// and port.</source><translation>«{part}» — не имя компьютера. Напишите его без http:// и порта.</translation></message>
<message><source>“{part}” is no name of a server and no network such as 10.0.0.0/8.</source><translation>«{part}» не имя сервера и не сеть вроде 10.0.0.0/8.</translation></message>
<message><source>Write an address of this computer, or an interface such as tun0.</source><translation>Напишите адрес этого компьютера или интерфейс, например tun0.</translation></message>
<message><source>“{part}” is not written as example.org=64 digits from 0 to f.</source><translation>«{part}» не записано как example.org=64 цифры от 0 до f.</translation></message>
<message><source>“{part}” is not written as example.org=/whole/path.pem.</source><translation>«{part}» не записано как example.org=/полный/путь.pem.</translation></message>
<message><source>A quotation mark is open.</source><translation>Кавычка не закрыта.</translation></message>
<message><source>Begin with a program.</source><translation>Начните с программы.</translation></message>
<message><source>In braces there may only be {facts}.</source><translation>В скобках может быть только {facts}.</translation></message>
<message><source>Write an address that begins with https:// or http://.</source><translation>Напишите адрес, который начинается с https:// или http://.</translation></message>
</context>
<context>
<name>Shortcuts</name>
<message><source>Go to the next part of the window</source><translation>Перейти к следующей части окна</translation></message>
<message><source>Show the menu bar</source><translation>Показать строку меню</translation></message>
<message><source>Leave the search, or close a dialog</source><translation>Выйти из поиска или закрыть диалог</translation></message>
<message><source>Show what can be done with the chosen rows</source><translation>Показать действия для выбранных строк</translation></message>
<message><source>Keyboard shortcuts</source><translation>Сочетания клавиш</translation></message>
<message><source>Everywhere</source><translation>Везде</translation></message>
</context>
<context>
<name>Sort</name>
<message><source>Sort by the rules</source><translation>Разложить по правилам</translation></message>
<message><source>Files move to where the rules want them. Their names stay.</source><translation>Файлы переместятся туда, куда велят правила. Имена останутся.</translation></message>
<message><source>What moves</source><translation>Что переместится</translation></message>
<message><source>{name} → {folder}</source><translation>{name} → {folder}</translation></message>
<message><source>and {count} more</source><translation>и ещё {count}</translation></message>
<message><source>There are no rules yet. Make some in the settings.</source><translation>Правил пока нет. Создайте их в настройках.</translation></message>
<message><source>All of it is where the rules want it.</source><translation>Всё уже там, где велят правила.</translation></message>
<message><source>Moving {what}</source><translation>Перемещается: {what}</translation></message>
</context>
<context>
<name>Status</name>
<message><source>{used} of {budget} used</source><translation>Использовано {used} из {budget}</translation></message>
<message><source>At this rate, {size} will have come by then.</source><translation>Если так пойдёт, к тому времени придёт {size}.</translation></message>
<message><source>When done: {deed}</source><translation>Затем: {deed}</translation></message>
<message numerus="yes"><source>%Ln active</source><translation><numerusform>%Ln активная</numerusform><numerusform>%Ln активные</numerusform><numerusform>%Ln активных</numerusform></translation></message>
<message numerus="yes"><source>%Ln waiting</source><translation><numerusform>%Ln в ожидании</numerusform><numerusform>%Ln в ожидании</numerusform><numerusform>%Ln в ожидании</numerusform></translation></message>
<message><source>Limited to {speed}</source><translation>Лимит {speed}</translation></message>
<message><source>Nothing to do</source><translation>Нет активных загрузок</translation></message>
<message><source>Leaving room: {speed}</source><translation>Уступает место: {speed}</translation></message>
<message><source>{size} free in {folder}</source><translation>{folder}: свободно {size}</translation></message>
<message><source>Online</source><translation>В сети</translation></message>
<message><source>Offline</source><translation>Не в сети</translation></message>
<message><source>The line is busy: answers took {slow} ms, and {usual} ms when it was free. Downloads step back to {speed} at most until they are quick again.</source><translation>Линия занята: ответы шли {slow} мс, а на свободной линии {usual} мс. Загрузки уступают до {speed}, пока ответы снова не станут быстрыми.</translation></message>
</context>
<context>
<name>Story</name>
<message><source>Stopped, its queue is held</source><translation>Остановлено, очередь приостановлена</translation></message>
<message><source>Stopped, the hours of its queue are over</source><translation>Остановлено, часы очереди кончились</translation></message>
<message><source>Stopped, the network wants a login in a browser first</source><translation>Остановлено, сеть требует сначала войти через браузер</translation></message>
<message><source>Stopped, the network is metered</source><translation>Остановлено, сеть считает трафик</translation></message>
<message><source>Stopped, the data budget is used up</source><translation>Остановлено, запас трафика исчерпан</translation></message>
<message><source>Information</source><translation>Сведения</translation></message>
<message><source>Success</source><translation>Успех</translation></message>
<message><source>Warning</source><translation>Предупреждение</translation></message>
<message><source>Error</source><translation>Ошибка</translation></message>
<message><source>Begun anew: the file on the server has changed</source><translation>Начато заново: файл на сервере изменился</translation></message>
<message><source>Begun anew: the server cannot resume safely</source><translation>Начато заново: сервер не может надёжно возобновить</translation></message>
<message><source>Begun anew: the unfinished file was missing or had been changed</source><translation>Начато заново: незавершённый файл пропал или был изменён</translation></message>
<message><source>The server does not say how long the file is, so a cut would look like its end</source><translation>Сервер не сообщает длину файла, поэтому обрыв неотличим от конца</translation></message>
<message><source>A file of that name was there already, so nothing was fetched</source><translation>Файл с таким именем уже был, поэтому ничего не загружено</translation></message>
<message><source>The server names no version, so the bytes around each join were compared</source><translation>Сервер не указывает версию, поэтому байты вокруг каждого стыка сверены</translation></message>
<message><source>Blocks on disk had been changed and were fetched again</source><translation>Блоки на диске были изменены и загружены снова</translation></message>
<message><source>The server called it compressed and it was not; it was saved as it came</source><translation>Сервер назвал файл сжатым, но это не так; сохранено как есть</translation></message>
<message><source>The server says it is another kind of file than its name promises</source><translation>Сервер указывает не тот тип файла, что обещает имя</translation></message>
<message><source>Characters that would hide the name's true ending were removed</source><translation>Убраны символы, скрывавшие настоящее окончание имени</translation></message>
<message><source>The only checksum known shows accidents, not forgeries</source><translation>Известная контрольная сумма выявит сбой, но не подделку</translation></message>
<message><source>One of its addresses failed or had another file</source><translation>Один из адресов не работает или ведёт к другому файлу</translation></message>
<message><source>The disk cannot set room aside, so it may run full on the way</source><translation>Диск не умеет резервировать место и может заполниться по ходу загрузки</translation></message>
<message><source>The feed was interrupted; the gaps are listed beside the file</source><translation>Поток прерывался; пропуски перечислены рядом с файлом</translation></message>
<message><source>Ended on request; the file holds what had come</source><translation>Завершено по запросу; в файле то, что успело прийти</translation></message>
<message><source>The file could not be marked with where it came from</source><translation>Не удалось отметить в файле, откуда он</translation></message>
<message><source>Begun anew: what another program had left was not right</source><translation>Начато заново: оставленное другой программой оказалось неверным</translation></message>
<message><source>No checksum is known: of what another program had left only samples were compared</source><translation>Контрольная сумма неизвестна: из оставленного другой программой сравнивались только пробы</translation></message>
<message><source>Added, from {host}</source><translation>Добавлено, источник {host}</translation></message>
<message numerus="yes"><source>%Ln more address(es)</source><translation><numerusform>ещё %Ln адрес</numerusform><numerusform>ещё %Ln адреса</numerusform><numerusform>ещё %Ln адресов</numerusform></translation></message>
<message><source>Attempt {number} begins</source><translation>Начинается попытка {number}</translation></message>
<message><source>length unknown</source><translation>длина неизвестна</translation></message>
<message><source>can be resumed</source><translation>можно возобновить</translation></message>
<message><source>cannot be resumed</source><translation>возобновить нельзя</translation></message>
<message><source>{host} answers</source><translation>{host} отвечает</translation></message>
<message numerus="yes"><source>%Ln connection(s) at work</source><translation><numerusform>Работает %Ln соединение</numerusform><numerusform>Работают %Ln соединения</numerusform><numerusform>Работает %Ln соединений</numerusform></translation></message>
<message><source>Trying again in {time}</source><translation>Повтор через {time}</translation></message>
<message><source>Trying again at once</source><translation>Повтор сразу</translation></message>
<message><source>Failed</source><translation>Не удалось</translation></message>
<message><source>Begun anew, as asked for</source><translation>Начато заново по запросу</translation></message>
<message><source>Notice {number}</source><translation>Примечание {number}</translation></message>
<message><source>{host} is asked no more</source><translation>{host} больше не используется</translation></message>
<message><source>The {algorithm} checksum you gave is right</source><translation>Указанная вами контрольная сумма {algorithm} совпадает</translation></message>
<message><source>The {algorithm} checksum of every piece is right</source><translation>Контрольная сумма {algorithm} совпадает для каждой части</translation></message>
<message><source>The {algorithm} checksum is right</source><translation>Контрольная сумма {algorithm} совпадает</translation></message>
<message><source>The {algorithm} checksum from {source} is right</source><translation>Контрольная сумма {algorithm} из {source} совпадает</translation></message>
<message><source>{time} after it was added</source><translation>через {time} после добавления</translation></message>
<message><source>Finished</source><translation>Завершено</translation></message>
<message><source>A connection to {host} ended early</source><translation>Соединение с {host} оборвалось раньше времени</translation></message>
<message><source>the server sent no more</source><translation>сервер больше ничего не отправил</translation></message>
<message><source>{size} on disk had been changed and are fetched again</source><translation>{size} на диске изменились и загружаются снова</translation></message>
<message><source>Goes on from another address, at {host}</source><translation>Продолжается с другого адреса, {host}</translation></message>
<message><source>Renamed to {name}</source><translation>Новое имя: {name}</translation></message>
<message><source>Moved to {folder}</source><translation>Перемещено в {folder}</translation></message>
<message><source>Checked again: every byte is right</source><translation>Проверено снова: каждый байт верен</translation></message>
<message><source>Checked again: the size is right, and nothing more is known</source><translation>Проверено снова: размер верен, больше ничего не известно</translation></message>
<message><source>Checked again: it is not the file any more that was downloaded</source><translation>Проверено снова: это уже не тот файл, который был загружен</translation></message>
<message><source>Checked again: the file is no longer there</source><translation>Проверено снова: файла больше нет</translation></message>
<message><source>Checked again: the file cannot be read</source><translation>Проверено снова: файл не читается</translation></message>
<message><source>Checked again: the file is there, and nothing more is known</source><translation>Проверено снова: файл на месте, больше ничего не известно</translation></message>
<message><source>The check was stopped</source><translation>Проверка остановлена</translation></message>
<message><source>Checked again</source><translation>Проверено снова</translation></message>
<message><source>by the digests Headrace kept of it</source><translation>по хешам, сохранённым Headrace</translation></message>
<message><source>{size} of another program's file taken over</source><translation>{size} взято из файла другой программы</translation></message>
<message numerus="yes"><source>%Ln sample(s) compared with the server's</source><translation><numerusform>%Ln проба сравнена с сервером</numerusform><numerusform>%Ln пробы сравнены с сервером</numerusform><numerusform>%Ln проб сравнено с сервером</numerusform></translation></message>
<message><source>A new version of a watched file, now called {name}</source><translation>Новая версия отслеживаемого файла, теперь называется {name}</translation></message>
<message><source>A newer version has the name {name} now</source><translation>Имя {name} теперь у более новой версии</translation></message>
<message><source>Paused</source><translation>Приостановлено</translation></message>
<message><source>Resumed</source><translation>Возобновлено</translation></message>
<message><source>Taken off the list</source><translation>Удалено из списка</translation></message>
<message><source>Put back on the list</source><translation>Возвращено в список</translation></message>
<message><source>Headrace was closed</source><translation>Headrace был закрыт</translation></message>
<message><source>Headrace started and found it under way</source><translation>Headrace запущен, загрузка ещё не закончена</translation></message>
<message><source>Stopped</source><translation>Остановлено</translation></message>
<message><source>Asked for anew, from the first byte</source><translation>Запрошено заново, с первого байта</translation></message>
<message><source>{size} here</source><translation>получено {size}</translation></message>
<message><source>HTTP status {status}</source><translation>статус HTTP {status}</translation></message>
<message><source>Reason {number}</source><translation>Причина {number}</translation></message>
</context>
<context>
<name>TakeOver</name>
<message><source>Take over an unfinished file</source><translation>Перенять незавершённый файл</translation></message>
<message><source>Take over</source><translation>Перенять</translation></message>
<message><source>Address it came from</source><translation>Адрес, откуда он</translation></message>
<message><source>This is not an address. It begins with https:// or http://.</source><translation>Это не адрес. Адрес начинается с https:// или http://.</translation></message>
<message><source>{size} of {total}</source><translation>{size} из {total}</translation></message>
<message><source>{name}: {there}, left by {program}.</source><translation>{name}: {there}, оставлено {program}.</translation></message>
<message><source>{name}: {there}.</source><translation>{name}: {there}.</translation></message>
<message><source>Samples are compared with the server's file first; the download then goes on in the same folder. End it in the other program before.</source><translation>Сначала пробы сравниваются с файлом сервера; затем загрузка продолжается в той же папке. Прежде завершите её в другой программе.</translation></message>
</context>
<context>
<name>Units</name>
<message><source>B</source><translation>Б</translation></message>
<message><source>kB</source><translation>кБ</translation></message>
<message><source>MB</source><translation>МБ</translation></message>
<message><source>GB</source><translation>ГБ</translation></message>
<message><source>TB</source><translation>ТБ</translation></message>
<message><source>PB</source><translation>ПБ</translation></message>
<message><source>EB</source><translation>ЭБ</translation></message>
<message><source>KiB</source><translation>КиБ</translation></message>
<message><source>MiB</source><translation>МиБ</translation></message>
<message><source>GiB</source><translation>ГиБ</translation></message>
<message><source>TiB</source><translation>ТиБ</translation></message>
<message><source>PiB</source><translation>ПиБ</translation></message>
<message><source>EiB</source><translation>ЭиБ</translation></message>
<message><source>No limit</source><translation>Без лимита</translation></message>
<message><source>{size}/s</source><translation>{size}/с</translation></message>
<message><source>{number} %</source><translation>{number} %</translation></message>
<message><source>a moment</source><translation>мгновение</translation></message>
<message><source>{seconds} s</source><translation>{seconds} с</translation></message>
<message><source>about {time}</source><translation>примерно {time}</translation></message>
<message numerus="yes"><source>about %Ln day(s)</source><translation><numerusform>примерно %Ln день</numerusform><numerusform>примерно %Ln дня</numerusform><numerusform>примерно %Ln дней</numerusform></translation></message>
<message><source>over a month</source><translation>больше месяца</translation></message>
<message><source>{minutes} min</source><translation>{minutes} мин</translation></message>
<message><source>{hours} h</source><translation>{hours} ч</translation></message>
<message><source>yesterday</source><translation>вчера</translation></message>
<message><source>d MMM</source><extracomment>A date of this year in Qt's format: d is the day, MMM the month's short name. "MMM d", "M月d日"</extracomment><translation>d MMM</translation></message>
<message><source>d MMM yyyy</source><extracomment>A date in Qt's format: d is the day, MMM the month's short name, yyyy the year</extracomment><translation>d MMM yyyy</translation></message>
</context>
<context>
<name>Unpacking</name>
<message><source>There is no program here that plays sounds</source><translation>Здесь нет программы, которая воспроизводит звуки</translation></message>
<message><source>Stop</source><translation>Остановить</translation></message>
<message><source>Open</source><translation>Открыть</translation></message>
<message><source>It is no zip, tar or 7z archive.</source><translation>Это не архив zip, tar или 7z.</translation></message>
<message><source>RAR archives are not extracted.</source><translation>Архивы RAR не распаковываются.</translation></message>
<message><source>It is one part of several, which are not put together.</source><translation>Это одна из нескольких частей, они не объединяются.</translation></message>
<message><source>The file is not there any more.</source><translation>Файла больше нет.</translation></message>
<message><source>The library {detail} is not installed.</source><translation>Библиотека {detail} не установлена.</translation></message>
<message><source>It is packed in a way that is not known here.</source><translation>Он сжат неизвестным здесь способом.</translation></message>
<message><source>It wants a password.</source><translation>Он требует пароль.</translation></message>
<message><source>It is damaged.</source><translation>Он повреждён.</translation></message>
<message><source>A name in it leads out of its folder: {detail}</source><translation>Имя в нём ведёт за пределы его папки: {detail}</translation></message>
<message><source>It was made to do harm: several files in it are the same bytes.</source><translation>Он создан, чтобы навредить: несколько файлов в нём — одни и те же байты.</translation></message>
<message><source>It unpacks to far more than it is.</source><translation>После распаковки он стал бы несоразмерно больше.</translation></message>
<message><source>It holds too many files.</source><translation>В нём слишком много файлов.</translation></message>
<message><source>There is too little room on the disk.</source><translation>На диске слишком мало места.</translation></message>
<message><source>The disk refuses: {detail}</source><translation>Диск отказывает: {detail}</translation></message>
<message><source>It was stopped.</source><translation>Остановлено.</translation></message>
<message><source>“{name}” was not extracted. {why}</source><translation>Архив «{name}» не распакован. {why}</translation></message>
<message><source>“{name}” extracted</source><translation>Архив «{name}» распакован</translation></message>
<message numerus="yes"><source>%Ln file(s)</source><translation><numerusform>%Ln файл</numerusform><numerusform>%Ln файла</numerusform><numerusform>%Ln файлов</numerusform></translation></message>
<message numerus="yes"><source>%Ln link(s) left out</source><translation><numerusform>%Ln ссылка пропущена</numerusform><numerusform>%Ln ссылки пропущены</numerusform><numerusform>%Ln ссылок пропущено</numerusform></translation></message>
<message><source>Extracting “{name}”…</source><translation>Распаковка «{name}»…</translation></message>
</context>
<context>
<name>Watch</name>
<message><source>A new version has arrived</source><translation>Появилась новая версия</translation></message>
<message><source>minutes</source><translation>минуты</translation></message>
<message><source>hours</source><translation>часы</translation></message>
<message><source>days</source><translation>дни</translation></message>
<message><source>Watch for changes</source><translation>Следить за изменениями</translation></message>
<message><source>Watch</source><translation>Следить</translation></message>
<message><source>Look &amp;every</source><translation>Интервал &amp;проверки</translation></message>
<message><source>Versions to &amp;keep, the newest among them</source><translation>Сколько версий &amp;хранить, считая новейшую</translation></message>
<message><source>Time between two looks</source><translation>Время между проверками</translation></message>
<message><source>Unit of the time between two looks</source><translation>Единица времени между проверками</translation></message>
<message><source>All</source><translation>Все</translation></message>
<message><source>&amp;Look now</source><translation>Проверить &amp;сейчас</translation></message>
<message><source>&amp;Stop watching</source><translation>Больше &amp;не следить</translation></message>
<message><source>A recording cannot be watched.</source><translation>За записью потока следить нельзя.</translation></message>
<message><source>While Headrace runs, the server is asked whether the file has changed. A new version is downloaded and takes the file's name; the one before it is kept under a name with its date.</source><translation>Пока Headrace работает, он спрашивает сервер, изменился ли файл. Новая версия загружается и получает имя файла; предыдущая сохраняется под именем с её датой.</translation></message>
<message><source>Show in folder</source><translation>Показать в папке</translation></message>
<message><source>changed version of a watched file</source><translation>изменённая версия отслеживаемого файла</translation></message>
<message><source>watched: a change, being fetched</source><translation>отслеживается: изменился, загружается</translation></message>
<message><source>watched: {reason}</source><translation>отслеживается: {reason}</translation></message>
<message><source>watched</source><translation>отслеживается</translation></message>
<message><source>watched: new version, {time}</source><translation>отслеживается: новая версия, {time}</translation></message>
<message><source>watched: no change, {time}</source><translation>отслеживается: без изменений, {time}</translation></message>
<message><source>Last look: {time}, {outcome}.</source><translation>Последняя проверка: {time}, {outcome}.</translation></message>
<message><source>Next look: {time}.</source><translation>Следующая проверка: {time}.</translation></message>
<message numerus="yes"><source>%Ln earlier version(s) kept.</source><translation><numerusform>Сохранена %Ln прежняя версия.</numerusform><numerusform>Сохранены %Ln прежние версии.</numerusform><numerusform>Сохранено %Ln прежних версий.</numerusform></translation></message>
<message><source>something has changed</source><translation>что-то изменилось</translation></message>
<message><source>a new version</source><translation>новая версия</translation></message>
<message><source>no change</source><translation>без изменений</translation></message>
<message><source>A new version of {name} has arrived</source><translation>Появилась новая версия {name}</translation></message>
</context>
<context>
<name>Window</name>
<message><source>The command {what} could not be run: {why}.</source><translation>Не удалось выполнить команду {what}: {why}.</translation></message>
<message><source>{what} could not be told what happens: {why}.</source><translation>Не удалось сообщить {what} о происходящем: {why}.</translation></message>
<message><source>The list {what} could not be added: {why}.</source><translation>Не удалось добавить список {what}: {why}.</translation></message>
<message><source>More</source><translation>Ещё</translation></message>
<message><source>Add</source><translation>Добавить</translation></message>
<message numerus="yes"><source>%Ln link(s) to files on the clipboard</source><translation><numerusform>%Ln ссылка на файл в буфере обмена</numerusform><numerusform>%Ln ссылки на файлы в буфере обмена</numerusform><numerusform>%Ln ссылок на файлы в буфере обмена</numerusform></translation></message>
<message><source>This network wants a login first: open any page in your browser.</source><translation>Эта сеть требует сначала войти: откройте любую страницу в браузере.</translation></message>
<message><source>Nothing matches “{text}”</source><translation>По запросу «{text}» ничего не найдено</translation></message>
<message><source>Clear the search</source><translation>Очистить поиск</translation></message>
<message><source>Nothing here at the moment</source><translation>Сейчас здесь пусто</translation></message>
<message><source>Choose All to see everything</source><translation>Выберите «Все», чтобы увидеть всё</translation></message>
<message><source>Drop links here</source><translation>Перетащите ссылки сюда</translation></message>
<message><source>or press Ctrl+N to add some, Ctrl+V to paste what you copied</source><translation>или нажмите Ctrl+N, чтобы добавить загрузки, и Ctrl+V, чтобы вставить скопированное</translation></message>
<message><source>There is no address in it</source><translation>Здесь нет адреса</translation></message>
<message numerus="yes"><source>Added %Ln download(s)</source><translation><numerusform>Добавлена %Ln загрузка</numerusform><numerusform>Добавлены %Ln загрузки</numerusform><numerusform>Добавлено %Ln загрузок</numerusform></translation></message>
<message><source>There is no address on the clipboard</source><translation>В буфере обмена нет адреса</translation></message>
<message><source>Close this message</source><translation>Закрыть сообщение</translation></message>
<message><source>Search name, address or host</source><translation>Поиск по имени, адресу или хосту</translation></message>
<message><source>Other programs cannot be served at port {port}: {why}. Choose another port.</source><translation>Другие программы нельзя обслужить на порту {port}: {why}. Выберите другой порт.</translation></message>
<message><source>Speed limit over all downloads</source><translation>Общий лимит скорости</translation></message>
<message><source>Quiet, speed limit: {limit}</source><translation>Тихо, лимит скорости: {limit}</translation></message>
<message><source>Speed limit: {limit}</source><translation>Лимит скорости: {limit}</translation></message>
<message><source>Other limit…</source><translation>Другой лимит…</translation></message>
<message><source>Headrace cannot save to its profile folder. {reason}</source><translation>Headrace не может сохранять данные в папку профиля. {reason}</translation></message>
</context>
<context>
<name>Words</name>
<message><source>Waiting, the queue is held</source><translation>Ждёт, очередь приостановлена</translation></message>
<message><source>Waiting for the hours of its queue</source><translation>Ждёт часов своей очереди</translation></message>
<message><source>Waiting, this network wants a login in a browser</source><translation>Ждёт, эта сеть требует войти через браузер</translation></message>
<message><source>Waiting for a network that is not metered</source><translation>Ждёт сети без учёта трафика</translation></message>
<message><source>Waiting, the data budget is used up</source><translation>Ждёт, запас трафика исчерпан</translation></message>
<message><source>Waiting for the hours of its queue, from {time}</source><translation>Ждёт часов своей очереди, с {time}</translation></message>
<message><source>Waiting, the data budget is used up until {time}</source><translation>Ждёт, запас трафика исчерпан до {time}</translation></message>
<message><source>Waiting, the data budget of {budget} is used up until {time}</source><translation>Ждёт, запас трафика {budget} исчерпан до {time}</translation></message>
<message><source>All</source><translation>Все</translation></message>
<message><source>Active</source><translation>Активные</translation></message>
<message><source>Waiting</source><translation>В ожидании</translation></message>
<message><source>Paused</source><translation>На паузе</translation></message>
<message><source>Finished</source><translation>Завершённые</translation></message>
<message><source>Failed</source><translation>С ошибкой</translation></message>
<message><source>Video</source><translation>Видео</translation></message>
<message><source>Music</source><translation>Музыка</translation></message>
<message><source>Pictures</source><translation>Изображения</translation></message>
<message><source>Documents</source><translation>Документы</translation></message>
<message><source>Archives</source><translation>Архивы</translation></message>
<message><source>Programs</source><translation>Программы</translation></message>
<message><source>Other</source><translation>Другое</translation></message>
<message><source>Connecting</source><translation>Подключение</translation></message>
<message><source>Downloading</source><translation>Загрузка</translation></message>
<message><source>Trying again soon</source><translation>Скоро повтор</translation></message>
<message><source>Finishing</source><translation>Завершение</translation></message>
<message><source>Done</source><translation>Готово</translation></message>
<message numerus="yes"><source>%Ln connection(s)</source><translation><numerusform>%Ln соединение</numerusform><numerusform>%Ln соединения</numerusform><numerusform>%Ln соединений</numerusform></translation></message>
<message numerus="yes"><source>%Ln download(s)</source><translation><numerusform>%Ln загрузка</numerusform><numerusform>%Ln загрузки</numerusform><numerusform>%Ln загрузок</numerusform></translation></message>
<message><source>Missing</source><comment>a file that is gone</comment><translation>Отсутствует</translation></message>
<message><source>{size} so far</source><translation>пока {size}</translation></message>
<message><source>Private</source><translation>Приватно</translation></message>
<message><source>Waiting for a free place</source><translation>Ждёт своей очереди</translation></message>
<message><source>Waiting in {queue}, number {place} in line</source><translation>В очереди «{queue}», место {place}</translation></message>
<message><source>Waiting for a free place, next in line</source><translation>Ждёт своей очереди, следующая</translation></message>
<message><source>Waiting for a free place, number {place} in line</source><translation>Ждёт своей очереди, место {place}</translation></message>
<message><source>Connecting to {host}</source><translation>Подключение к {host}</translation></message>
<message><source>from {host}</source><translation>с {host}</translation></message>
<message><source>nothing is arriving at the moment</source><translation>данные сейчас не поступают</translation></message>
<message><source>limited to {speed}</source><translation>лимит {speed}</translation></message>
<message><source>cannot be resumed</source><translation>возобновить нельзя</translation></message>
<message><source>Interrupted</source><translation>Прервано</translation></message>
<message><source>{reason}, trying again soon</source><translation>{reason}, скоро повтор</translation></message>
<message><source>{reason}, trying again now</source><translation>{reason}, повтор сейчас</translation></message>
<message><source>{reason}, trying again in {time}</source><translation>{reason}, повтор через {time}</translation></message>
<message><source>Checking the file and saving it for good</source><translation>Проверка и окончательное сохранение файла</translation></message>
<message><source>Paused · will begin again, the server cannot resume</source><translation>На паузе · начнётся заново, сервер не может возобновить</translation></message>
<message><source>Paused · resumes from {size}</source><translation>На паузе · продолжится с {size}</translation></message>
<message><source>{size} kept</source><translation>сохранено {size}</translation></message>
<message><source>File is no longer there</source><translation>Файла больше нет на месте</translation></message>
<message><source>Skipped, a file of that name was there already</source><translation>Пропущено: файл с таким именем уже был</translation></message>
<message><source>Finished, length checked</source><translation>Завершено, длина проверена</translation></message>
<message><source>Finished</source><comment>a download's state</comment><translation>Завершено</translation></message>
<message><source>Finished, verified by {proof}</source><translation>Завершено, проверено по {proof}</translation></message>
<message><source>{what} (needs {size} more)</source><translation>{what} (нужно ещё {size})</translation></message>
<message><source>To log in: {command}</source><translation>Чтобы войти: {command}</translation></message>
<message><source>{what}. {advice}.</source><translation>{what}. {advice}.</translation></message>
<message><source>The server's status was {status}.</source><translation>Статус ответа сервера: {status}.</translation></message>
<message><source>{time} left</source><translation>осталось {time}</translation></message>
</context>
</TS>
