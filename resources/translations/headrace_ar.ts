<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ar" sourcelanguage="en">
<context>
<name>Actions</name>
<message><source>&amp;Add downloads…</source><translation>إ&amp;ضافة تنزيلات…</translation></message>
<message><source>Add</source><translation>إضافة</translation></message>
<message><source>Add from the c&amp;lipboard</source><translation>إضافة من ال&amp;حافظة</translation></message>
<message><source>&amp;Open lists…</source><translation>&amp;فتح قوائم…</translation></message>
<message><source>&amp;Export the list…</source><translation>ت&amp;صدير القائمة…</translation></message>
<message><source>&amp;Take over an unfinished file…</source><translation>&amp;تولي ملف غير مكتمل…</translation></message>
<message><source>&amp;Resume</source><translation>ا&amp;ستئناف</translation></message>
<message><source>A&amp;llow it and try again</source><translation>الس&amp;ماح به وإعادة المحاولة</translation></message>
<message><source>&amp;End recording and keep it</source><translation>إن&amp;هاء التسجيل والاحتفاظ به</translation></message>
<message><source>&amp;Pause</source><translation>إي&amp;قاف مؤقت</translation></message>
<message><source>Pause or resume</source><translation>إيقاف مؤقت أو استئناف</translation></message>
<message><source>Re&amp;move</source><translation>إز&amp;الة</translation></message>
<message><source>Remove with f&amp;ile</source><translation>إزالة مع الم&amp;لف</translation></message>
<message><source>&amp;Delete for good…</source><translation>ح&amp;ذف نهائي…</translation></message>
<message><source>Move &amp;up in line</source><translation>نقل لأ&amp;على في قائمة الانتظار</translation></message>
<message><source>Move up</source><translation>نقل لأعلى</translation></message>
<message><source>Move do&amp;wn in line</source><translation>نقل لأسفل في قائمة الانت&amp;ظار</translation></message>
<message><source>Move down</source><translation>نقل لأسفل</translation></message>
<message><source>Move to the &amp;top</source><translation>نقل إلى ال&amp;بداية</translation></message>
<message><source>Move to the &amp;bottom</source><translation>نقل إلى النها&amp;ية</translation></message>
<message><source>&amp;Open</source><translation>&amp;فتح</translation></message>
<message><source>Show in &amp;folder</source><translation>إظهار في الم&amp;جلد</translation></message>
<message><source>Re&amp;name…</source><translation>إعادة ال&amp;تسمية…</translation></message>
<message><source>Move to another fo&amp;lder…</source><translation>&amp;نقل إلى مجلد آخر…</translation></message>
<message><source>Sort b&amp;y the rules…</source><translation>ال&amp;ترتيب حسب القواعد…</translation></message>
<message><source>Change addre&amp;ss…</source><translation>ت&amp;غيير العنوان…</translation></message>
<message><source>Lo&amp;g in…</source><translation>تسجيل ال&amp;دخول…</translation></message>
<message><source>Show the c&amp;ertificate…</source><translation>إظهار ال&amp;شهادة…</translation></message>
<message><source>Rules for the h&amp;ost…</source><translation>قواعد المض&amp;يف…</translation></message>
<message><source>Cook&amp;ies…</source><translation>ملفات ال&amp;كوكي…</translation></message>
<message><source>E&amp;xtract</source><translation>استخ&amp;راج</translation></message>
<message><source>&amp;Verify again</source><translation>إعادة الت&amp;حقق</translation></message>
<message><source>&amp;Download again</source><translation>إعادة التن&amp;زيل</translation></message>
<message><source>Wat&amp;ch for changes…</source><translation>مراقبة الت&amp;غييرات…</translation></message>
<message><source>&amp;Hand over to yt-dlp</source><translation>التسليم إلى &amp;yt-dlp</translation></message>
<message><source>Propert&amp;ies…</source><translation>ال&amp;خصائص…</translation></message>
<message><source>&amp;Copy address</source><translation>نسخ العن&amp;وان</translation></message>
<message><source>Select &amp;all</source><translation>تحديد ال&amp;كل</translation></message>
<message><source>Pause a&amp;ll</source><translation>إيقاف ال&amp;كل مؤقتًا</translation></message>
<message><source>Resume all paus&amp;ed</source><translation>استئناف كل الم&amp;وقوف مؤقتًا</translation></message>
<message><source>&amp;Clear finished from the list</source><translation>إزالة المكتمل&amp;ة من القائمة</translation></message>
<message><source>&amp;Quiet</source><translation>&amp;هادئ</translation></message>
<message><source>Start no&amp;w, regardless</source><translation>ا&amp;بدأ الآن رغم كل شيء</translation></message>
<message><source>&amp;Undo remove</source><translation>&amp;تراجع عن الإزالة</translation></message>
<message><source>&amp;Find</source><translation>&amp;بحث</translation></message>
<message><source>&amp;Details</source><translation>الت&amp;فاصيل</translation></message>
<message><source>&amp;One-line rows</source><translation>&amp;صفوف بسطر واحد</translation></message>
<message><source>&amp;History…</source><translation>ال&amp;سجل…</translation></message>
<message><source>&amp;Settings…</source><translation>الإ&amp;عدادات…</translation></message>
<message><source>&amp;Keyboard shortcuts</source><translation>ا&amp;ختصارات لوحة المفاتيح</translation></message>
<message><source>&amp;About Headrace</source><translation>&amp;حول Headrace</translation></message>
<message><source>When all is &amp;done</source><translation>ع&amp;ند اكتمال الكل</translation></message>
<message><source>&amp;Quit</source><translation>إن&amp;هاء</translation></message>
<message><source>&amp;File</source><translation>&amp;ملف</translation></message>
<message><source>&amp;Edit</source><translation>&amp;تحرير</translation></message>
<message><source>&amp;View</source><translation>&amp;عرض</translation></message>
<message><source>&amp;Download</source><translation>التن&amp;زيل</translation></message>
<message><source>&amp;Help</source><translation>م&amp;ساعدة</translation></message>
<message><source>&amp;Try again</source><translation>إعا&amp;دة المحاولة</translation></message>
<message><source>&amp;Copy addresses</source><translation>نسخ العنا&amp;وين</translation></message>
<message><source>Rules for {host}…</source><translation>قواعد {host}…</translation></message>
<message><source>Show the host k&amp;ey…</source><translation>ك&amp;شف مفتاح المضيف…</translation></message>
</context>
<context>
<name>Add</name>
<message><source>Addresses</source><translation>العناوين</translation></message>
<message><source>Add downloads</source><translation>إضافة تنزيلات</translation></message>
<message><source>Reading… {count}</source><translation>القراءة… {count}</translation></message>
<message><source>The text is too long: its end is left out.</source><translation>النص طويل جدًا: حُذفت نهايته.</translation></message>
<message><source>at least {size}</source><translation>{size} على الأقل</translation></message>
<message numerus="yes"><source>%Ln line(s) without an address</source><translation><numerusform>لا أسطر بلا عنوان</numerusform><numerusform>سطر واحد بلا عنوان</numerusform><numerusform>سطران بلا عنوان</numerusform><numerusform>%Ln أسطر بلا عنوان</numerusform><numerusform>%Ln سطرًا بلا عنوان</numerusform><numerusform>%Ln سطر بلا عنوان</numerusform></translation></message>
<message><source>Download</source><translation>تنزيل</translation></message>
<message><source>A&amp;dd paused</source><translation>إضافة دون &amp;بدء</translation></message>
<message><source>Download {count}</source><translation>تنزيل {count}</translation></message>
<message><source>Download now</source><translation>تنزيل الآن</translation></message>
<message><source>Take &amp;brackets as they are</source><translation>أخذ الأ&amp;قواس كما هي</translation></message>
<message><source>For addresses that really hold [1-3] or {a,b}</source><translation>للعناوين التي تحوي [1-3] أو {a,b} فعلًا</translation></message>
<message><source>Mor&amp;e: headers, login, proxy, limit, checksum, mirrors</source><translation>المز&amp;يد: الترويسات وبيانات الدخول والوكيل والحد والمجموع الاختباري والمرايا</translation></message>
<message><source>Cancel</source><translation>إلغاء</translation></message>
<message><source>One address a line, patterns such as [01-12], or a pasted curl command</source><translation>عنوان في كل سطر، أو أنماط مثل [01-12]، أو أمر curl ملصق</translation></message>
<message><source>Headrace</source><translation>Headrace</translation></message>
<message><source>Firefox on Windows</source><translation>Firefox على Windows</translation></message>
<message><source>Chrome on Windows</source><translation>Chrome على Windows</translation></message>
<message><source>Edge on Windows</source><translation>Edge على Windows</translation></message>
<message><source>Safari on a Mac</source><translation>Safari على Mac</translation></message>
<message><source>curl</source><translation>curl</translation></message>
<message><source>&amp;Headers, one a line</source><translation>ال&amp;ترويسات، واحدة في كل سطر</translation></message>
<message><source>&amp;Referer</source><translation>ال&amp;محيل</translation></message>
<message><source>User &amp;agent</source><translation>&amp;وكيل المستخدم</translation></message>
<message><source>&amp;User name</source><translation>ا&amp;سم المستخدم</translation></message>
<message><source>&amp;Password</source><translation>&amp;كلمة المرور</translation></message>
<message><source>Cookies</source><translation>ملفات الكوكي</translation></message>
<message><source>C&amp;onnections at most</source><translation>أقصى عدد للات&amp;صالات</translation></message>
<message><source>Speed &amp;limit</source><translation>&amp;حد السرعة</translation></message>
<message><source>Pro&amp;xy</source><translation>الو&amp;كيل</translation></message>
<message><source>Chec&amp;ksum</source><translation>المجموع الا&amp;ختباري</translation></message>
<message><source>&amp;Mirrors, one a line</source><translation>الم&amp;رايا، واحدة في كل سطر</translation></message>
<message><source>Name: value</source><translation>Name: value</translation></message>
<message><source>As in the settings</source><translation>كما في الإعدادات</translation></message>
<message><source>sha256:… or the bare digest</source><translation>sha256:… أو البصمة وحدها</translation></message>
<message><source>Other addresses of the same file</source><translation>عناوين أخرى للملف نفسه</translation></message>
<message><source>No limit of its own</source><translation>بلا حد خاص به</translation></message>
<message><source> MB/s</source><translation> MB/s</translation></message>
<message><source>Pri&amp;vate</source><translation>&amp;خاص</translation></message>
<message><source>Nothing is kept of it but the file: no history, no log, no mark. What is unfinished when Headrace ends is deleted.</source><translation>لا يبقى منه سوى الملف: لا سجل ولا تدوين ولا علامة. وما لم يكتمل عند إنهاء Headrace يُحذف.</translation></message>
<message><source>The header “{name}” cannot be sent: write Name: value</source><translation>لا يمكن إرسال الترويسة «{name}»: اكتبها بالصيغة Name: value</translation></message>
<message><source>Headrace sets the header “{name}” itself</source><translation>يضبط Headrace الترويسة «{name}» بنفسه</translation></message>
<message><source>Write the proxy as http://proxy.example:3128, or “direct” for none</source><translation>اكتب الوكيل هكذا http://proxy.example:3128 أو ”direct“ لعدم استعماله</translation></message>
<message><source>This is no checksum: digits are missing, or too many</source><translation>هذا ليس مجموعًا اختباريًا: عدد خاناته ناقص أو زائد</translation></message>
<message><source>This checksum proves nothing; SHA-256 would</source><translation>هذا المجموع الاختباري لا يثبت شيئًا، بخلاف SHA-256</translation></message>
<message><source>A mirror is an address with http, https, ftp or sftp</source><translation>المرآة عنوان يستخدم http أو https أو ftp أو sftp</translation></message>
<message><source>{most} mirrors are the most</source><translation>أقصى عدد للمرايا هو {most}</translation></message>
<message><source>&amp;Name</source><translation>ا&amp;لاسم</translation></message>
<message><source>&amp;Category</source><translation>الف&amp;ئة</translation></message>
<message><source>&amp;Queue</source><translation>قائمة الا&amp;نتظار</translation></message>
<message><source>By type</source><translation>حسب النوع</translation></message>
<message><source>Main</source><translation>الرئيسية</translation></message>
<message><source>&amp;Save to (folder of the queue {queue})</source><extracomment>{queue} is the name of a queue that has a folder of its own</extracomment><translation>الح&amp;فظ في (مجلد قائمة الانتظار {queue})</translation></message>
<message><source>&amp;Save to</source><translation>الح&amp;فظ في</translation></message>
<message numerus="yes"><source>Already there: %Ln</source><translation><numerusform>لا شيء موجود مسبقًا</numerusform><numerusform>موجود مسبقًا: %Ln</numerusform><numerusform>موجود مسبقًا: %Ln</numerusform><numerusform>موجود مسبقًا: %Ln</numerusform><numerusform>موجود مسبقًا: %Ln</numerusform><numerusform>موجود مسبقًا: %Ln</numerusform></translation></message>
<message><source>{status}, not found</source><translation>{status}، غير موجود</translation></message>
<message><source>{status}, gone</source><translation>{status}، لم يعد موجودًا</translation></message>
<message><source>{status}, refused</source><translation>{status}، مرفوض</translation></message>
<message><source>needs a login</source><translation>يتطلب تسجيل الدخول</translation></message>
<message><source>proxy needs a login</source><translation>الخادم الوكيل يتطلب تسجيل الدخول</translation></message>
<message><source>proxy cannot be reached</source><translation>تعذر الوصول إلى الوكيل</translation></message>
<message><source>proxy refuses</source><translation>الوكيل يرفض</translation></message>
<message><source>{status}, too many requests</source><translation>{status}، طلبات كثيرة جدًا</translation></message>
<message><source>{status}, server is busy</source><translation>{status}، الخادم مشغول</translation></message>
<message><source>{status}, server has a fault</source><translation>{status}، خلل في الخادم</translation></message>
<message><source>no such server</source><translation>لا يوجد خادم بهذا الاسم</translation></message>
<message><source>cannot be reached</source><translation>تعذر الوصول إليه</translation></message>
<message><source>does not answer</source><translation>لا يستجيب</translation></message>
<message><source>connection lost</source><translation>انقطع الاتصال</translation></message>
<message><source>not to be trusted</source><translation>غير موثوق</translation></message>
<message><source>needs an extra: {detail}</source><translation>يحتاج إلى إضافة: {detail}</translation></message>
<message><source>host key is not known</source><translation>مفتاح المضيف غير معروف</translation></message>
<message><source>host key has changed</source><translation>تغيّر مفتاح المضيف</translation></message>
<message><source>not secure</source><translation>غير آمن</translation></message>
<message><source>leads to an unsafe place</source><translation>يقود إلى مكان غير آمن</translation></message>
<message><source>leads into a private network</source><translation>يقود إلى شبكة خاصة</translation></message>
<message><source>leads in circles</source><translation>يدور في حلقة</translation></message>
<message><source>no file there</source><translation>لا يوجد ملف</translation></message>
<message><source>answer makes no sense</source><translation>استجابة غير مفهومة</translation></message>
<message><source>no web server</source><translation>ليس خادم ويب</translation></message>
<message><source>already in the list</source><translation>موجود في القائمة</translation></message>
<message><source>file is there already</source><translation>الملف موجود مسبقًا</translation></message>
<message><source>name is taken in the list</source><translation>الاسم مستخدم في القائمة</translation></message>
<message><source>will be resumed</source><translation>سيُستأنف</translation></message>
<message><source>again, new name</source><translation>مجددًا، باسم جديد</translation></message>
<message><source>will be replaced</source><translation>سيُستبدل</translation></message>
<message><source>The command's proxy is not used.</source><translation>لا يُستخدم الخادم الوكيل المحدد في الأمر.</translation></message>
<message><source>Certificates are checked as always, whatever the command says.</source><translation>تُفحص الشهادات كالمعتاد مهما نص عليه الأمر.</translation></message>
<message><source>The command's file of cookies is not read.</source><translation>لا يُقرأ ملف تعريف الارتباط المحدد في الأمر.</translation></message>
<message><source>The files that the command names are not read.</source><translation>لا تُقرأ الملفات التي يسميها الأمر.</translation></message>
<message><source>The command asks for a part; the whole file is fetched.</source><translation>الأمر يطلب جزءًا من الملف، وسيُنزَّل الملف كله.</translation></message>
<message><source>The command logs in by a scheme that is not supported.</source><translation>يسجل الأمر الدخول بطريقة غير مدعومة.</translation></message>
<message><source>A header of the command cannot be sent and is left out.</source><translation>لا يمكن إرسال إحدى ترويسات الأمر، وقد أُهملت.</translation></message>
<message><source>asking…</source><translation>جارٍ الاستعلام…</translation></message>
<message><source>a web page</source><translation>صفحة ويب</translation></message>
<message><source>cannot be resumed</source><translation>غير قابل للاستئناف</translation></message>
<message><source>resumable</source><translation>قابل للاستئناف</translation></message>
<message><source>{checksum} expected</source><translation>{checksum} متوقع</translation></message>
<message><source>{algorithm} must be {digest}</source><translation>يجب أن يكون {algorithm} هو {digest}</translation></message>
<message><source>Skip</source><translation>تخطي</translation></message>
<message><source>Resume</source><translation>استئناف</translation></message>
<message><source>Keep both</source><translation>الاحتفاظ بكليهما</translation></message>
<message><source>Replace</source><translation>استبدال</translation></message>
<message><source>Leave what is there, and add nothing</source><translation>ترك الموجود كما هو وعدم إضافة شيء</translation></message>
<message><source>Go on with the download in the list</source><translation>متابعة التنزيل الموجود في القائمة</translation></message>
<message><source>Fetch again, under a new name</source><translation>التنزيل مجددًا باسم جديد</translation></message>
<message><source>Fetch again; the new file takes the place of the old one</source><translation>التنزيل مجددًا، ويحل الملف الجديد محل القديم</translation></message>
<message><source>Downloads found in the text</source><translation>التنزيلات التي عُثر عليها في النص</translation></message>
<message><source>Tick</source><translation>تأشير</translation></message>
<message><source>Untick</source><translation>إلغاء التأشير</translation></message>
<message><source>Tick only these</source><translation>تأشير هذه فقط</translation></message>
<message><source>Tick all</source><translation>تأشير الكل</translation></message>
<message><source>Untick all</source><translation>إلغاء تأشير الكل</translation></message>
<message><source>Ask the server again</source><translation>سؤال الخادم مجددًا</translation></message>
<message numerus="yes"><source>Copy %Ln address(es)</source><translation><numerusform>لا عناوين للنسخ</numerusform><numerusform>نسخ العنوان</numerusform><numerusform>نسخ العنوانين</numerusform><numerusform>نسخ %Ln عناوين</numerusform><numerusform>نسخ %Ln عنوانًا</numerusform><numerusform>نسخ %Ln عنوان</numerusform></translation></message>
<message><source>What you paste appears here</source><translation>ما تلصقه يظهر هنا</translation></message>
<message><source>Sends the headers {names}</source><translation>يرسل الترويسات {names}</translation></message>
<message><source>is not an address</source><translation>ليس عنوانًا</translation></message>
<message><source>its checksum is damaged</source><translation>مجموعه الاختباري تالف</translation></message>
<message><source>a checksum, and no file of that name</source><translation>مجموع اختباري بلا ملف بهذا الاسم</translation></message>
<message><source>stands for {count} addresses, {most} is the most</source><translation>يمثل {count} من العناوين، والحد الأقصى {most}</translation></message>
<message><source>it holds spaces or control characters</source><translation>فيه مسافات أو محارف تحكم</translation></message>
<message><source>does not begin with http://, https://, ftp:// or sftp://</source><translation>لا يبدأ بـ http:// أو https:// أو ftp:// أو sftp://</translation></message>
<message><source>has a backslash in its host</source><translation>في اسم مضيفه شرطة مائلة عكسية</translation></message>
<message><source>names no host</source><translation>لا يذكر مضيفًا</translation></message>
<message><source>its host or port is not valid</source><translation>مضيفه أو منفذه غير صالح</translation></message>
<message><source>is a magnet link: a torrent client is for it</source><translation>رابط مغناطيسي: يفتحه برنامج تورنت</translation></message>
<message><source>sends a form or a file, which a download cannot</source><translation>يرسل نموذجًا أو ملفًا، وهذا ليس من عمل التنزيل</translation></message>
<message><source>asks by another method than GET, which a download cannot</source><translation>يستخدم طريقة غير GET، ولا يصلح ذلك لتنزيل</translation></message>
<message><source>follows the links of pages; Headrace fetches single files</source><translation>يتتبع روابط الصفحات، وHeadrace ينزّل ملفات مفردة</translation></message>
</context>
<context>
<name>Budgets</name>
<message><source>All networks</source><translation>كل الشبكات</translation></message>
<message><source>Metered networks</source><translation>الشبكات المحدودة البيانات</translation></message>
<message><source>Wi-Fi</source><translation>Wi-Fi</translation></message>
<message><source>Mobile networks</source><translation>شبكات الهاتف المحمول</translation></message>
<message><source>Ethernet</source><translation>إيثرنت</translation></message>
<message><source>Other kinds of networks</source><translation>أنواع أخرى من الشبكات</translation></message>
<message><source>{size} a day ({networks})</source><translation>{size} في اليوم ({networks})</translation></message>
<message><source>{size} a week ({networks})</source><translation>{size} في الأسبوع ({networks})</translation></message>
<message><source>{size} a month ({networks})</source><translation>{size} في الشهر ({networks})</translation></message>
<message><source>Each day</source><translation>كل يوم</translation></message>
<message><source>Each week</source><translation>كل أسبوع</translation></message>
<message><source>Each month</source><translation>كل شهر</translation></message>
<message><source>It is whole again on {day}.</source><translation>تعود كاملة في {day}.</translation></message>
<message><source>What comes now does not count.</source><translation>ما يصل الآن لا يُحتسب.</translation></message>
<message><source> GB</source><translation> غ.ب</translation></message>
<message><source>from day</source><translation>من اليوم</translation></message>
<message><source>How much may come: {budget}</source><translation>كم يمكن أن يصل: {budget}</translation></message>
<message><source>How often: {budget}</source><translation>كم مرة: {budget}</translation></message>
<message><source>Which networks count: {budget}</source><translation>أي الشبكات تُحتسب: {budget}</translation></message>
<message><source>The day on which a month begins: {budget}</source><translation>اليوم الذي يبدأ فيه الشهر: {budget}</translation></message>
<message><source>Remove {budget}</source><translation>إزالة {budget}</translation></message>
<message><source>Add budget</source><translation>إضافة حصة</translation></message>
<message><source>There is a budget for these networks and this period already.</source><translation>توجد حصة لهذه الشبكات وهذه الفترة.</translation></message>
<message><source>The budget is removed: {budget}</source><translation>أُزيلت الحصة: {budget}</translation></message>
</context>
<context>
<name>Categories</name>
<message><source>Add category</source><translation>إضافة فئة</translation></message>
<message><source>{name} is as it was.</source><translation>عادت {name} إلى ما كانت عليه.</translation></message>
<message><source>New category</source><translation>فئة جديدة</translation></message>
<message><source>nothing yet</source><translation>لا شيء بعد</translation></message>
<message><source>Bring {name} back to what it was</source><translation>إعادة {name} إلى ما كانت عليه</translation></message>
<message><source>Show {name} earlier</source><translation>إظهار {name} قبل غيرها</translation></message>
<message><source>Show {name} later</source><translation>إظهار {name} بعد غيرها</translation></message>
<message><source>There is a category of this name.</source><translation>توجد فئة بهذا الاسم.</translation></message>
<message><source>A category needs a name of 60 characters at most.</source><translation>تحتاج الفئة إلى اسم لا يزيد على 60 محرفًا.</translation></message>
<message><source>Write endings such as epub, without a dot within.</source><translation>اكتب امتدادات مثل epub، من دون نقطة داخلها.</translation></message>
<message><source>Write types such as application/pdf or audio/*.</source><translation>اكتب أنواعًا مثل application/pdf أو audio/*.</translation></message>
<message><source>Name</source><translation>الاسم</translation></message>
<message><source>Picture</source><translation>الصورة</translation></message>
<message><source>Types the server tells</source><translation>الأنواع التي يذكرها الخادم</translation></message>
<message><source>Disc</source><translation>قرص</translation></message>
<message><source>Key</source><translation>مفتاح</translation></message>
<message><source>Tool</source><translation>أداة</translation></message>
</context>
<context>
<name>Certificate</name>
<message><source>Host key of {host}</source><translation>مفتاح المضيف {host}</translation></message>
<message><source>Certificate of {host}</source><translation>شهادة {host}</translation></message>
<message><source>Trust this key</source><translation>الوثوق بهذا المفتاح</translation></message>
<message><source>Trust this certificate</source><translation>الوثوق بهذه الشهادة</translation></message>
<message><source>It is another key than the one known before. Either the server was set up anew, or somebody stands between you and it. Trust it only if whoever runs the server tells you the same fingerprint.</source><translation>إنه مفتاح غير المفتاح المعروف من قبل. إما أن الخادم أُعيد إعداده، أو أن أحدًا يقف بينك وبينه. لا تثق به إلا إن أخبرك من يدير الخادم بالبصمة نفسها.</translation></message>
<message><source>It is not known yet, and somebody may stand between you and the server. Trust it only if whoever runs the server tells you the same fingerprint; then no other key is accepted there.</source><translation>إنه غير معروف بعد، وقد يقف أحد بينك وبين الخادم. لا تثق به إلا إن أخبرك من يدير الخادم بالبصمة نفسها؛ وعندها لا يُقبل هناك مفتاح آخر.</translation></message>
<message><source>It is not trusted: {why}. Somebody may stand between you and the server. Trust it only if you know the server and its fingerprint; then no other certificate is accepted there.</source><translation>لا يوثق بها: {why}. قد يقف أحد بينك وبين الخادم. لا تثق بها إلا إن كنت تعرف الخادم وبصمته؛ وعندها لا تُقبل هناك شهادة أخرى.</translation></message>
<message><source>The server is asked for it…</source><translation>يُسأل الخادم عنها…</translation></message>
<message><source>Kind: {kind}</source><translation>النوع: {kind}</translation></message>
<message><source>Issued to: {name}</source><translation>صادرة لـ: {name}</translation></message>
<message><source>Issued by: {name}</source><translation>صادرة عن: {name}</translation></message>
<message><source>Valid: {first} to {last}</source><translation>صالحة: من {first} إلى {last}</translation></message>
<message><source>SHA-256: {digest}</source><translation>SHA-256: {digest}</translation></message>
</context>
<context>
<name>Commands</name>
<message><source>Undo</source><translation>تراجع</translation></message>
<message><source>Removed {what}</source><translation>أُزيل {what}</translation></message>
<message><source>Moved {what} to the trash</source><translation>نُقل {what} إلى سلة المهملات</translation></message>
<message><source>Deleted {what}</source><translation>حُذف {what}</translation></message>
<message><source>Too many at once. Choose at most {count}.</source><translation>العدد كبير دفعة واحدة. اختر {count} على الأكثر.</translation></message>
<message><source>{name} is a program, so it is shown rather than started</source><translation>لأن {name} برنامج، عُرض مكانه ولم يُشغَّل</translation></message>
<message numerus="yes"><source>Copied %Ln address(es)</source><translation><numerusform>لم تُنسخ عناوين</numerusform><numerusform>نُسخ العنوان</numerusform><numerusform>نُسخ العنوانان</numerusform><numerusform>نُسخت %Ln عناوين</numerusform><numerusform>نُسخ %Ln عنوانًا</numerusform><numerusform>نُسخ %Ln عنوان</numerusform></translation></message>
<message><source>{name} is no longer in {folder}</source><translation>لم يعد {name} موجودًا في {folder}</translation></message>
<message><source>{name} could not be opened: no program for it was found</source><translation>تعذر فتح {name}: لم يُعثر على برنامج له</translation></message>
</context>
<context>
<name>Cookies</name>
<message><source>Out of a browser, now and this once</source><translation>من متصفح، الآن ولهذه المرة فقط</translation></message>
<message><source>Pasted</source><translation>ملصقة</translation></message>
<message><source>Out of a cookies.txt, read again whenever needed</source><translation>من ملف cookies.txt يُقرأ من جديد كلما لزم</translation></message>
<message><source>None but those of the settings</source><translation>لا شيء سوى ما في الإعدادات</translation></message>
<message><source>There is no browser here whose cookies can be read.</source><translation>لا يوجد هنا متصفح يمكن قراءة ملفات الكوكي منه.</translation></message>
<message><source>The cookies of {browser} cannot be read.</source><translation>لا يمكن قراءة ملفات الكوكي من {browser}.</translation></message>
<message><source>The cookies of {browser} are encrypted. Install what deciphers them: {command}</source><translation>ملفات الكوكي في {browser} مشفّرة. ثبّت ما يفك تشفيرها: {command}</translation></message>
<message><source>The system's keyring does not give the key to the cookies of {browser}.</source><translation>لا تعطي سلسلة مفاتيح النظام مفتاح ملفات الكوكي في {browser}.</translation></message>
<message><source>On Windows {browser} seals its cookies so that no other program can read them. Use Firefox, the extension for browsers, or a cookies.txt.</source><translation>يختم {browser} على Windows ملفات الكوكي بحيث لا يستطيع أي برنامج آخر قراءتها. استخدم Firefox أو إضافة المتصفحات أو ملف cookies.txt.</translation></message>
<message><source>Cookies</source><translation>ملفات الكوكي</translation></message>
<message><source>Use</source><translation>استخدام</translation></message>
<message><source>&amp;Where they come from</source><translation>&amp;من أين تأتي</translation></message>
<message><source>Browser and profile</source><translation>المتصفح والملف الشخصي</translation></message>
<message><source>&amp;Look for cookies of {site}</source><translation>ال&amp;بحث عن ملفات الكوكي لـ {site}</translation></message>
<message><source>Cookie: name=value; … or the text of a cookies.txt</source><translation>Cookie: الاسم=القيمة; … أو نص ملف cookies.txt</translation></message>
<message><source>File</source><translation>ملف</translation></message>
<message><source>&amp;Choose a file…</source><translation>ا&amp;ختيار ملف…</translation></message>
<message><source>&amp;Keep them in the system's keyring</source><translation>ا&amp;حفظها في سلسلة مفاتيح النظام</translation></message>
<message><source>No browser was found</source><translation>لم يُعثر على متصفح</translation></message>
<message><source>Look for cookies first; nothing is taken unseen.</source><translation>ابحث عن ملفات الكوكي أولًا؛ لا يؤخذ شيء قبل عرضه.</translation></message>
<message><source>Write them as name=value; name=value, or paste the text of a cookies.txt.</source><translation>اكتبها على شكل الاسم=القيمة; الاسم=القيمة، أو ألصق نص ملف cookies.txt.</translation></message>
<message><source>Name the file in full, or choose it.</source><translation>اكتب المسار الكامل للملف، أو اختره.</translation></message>
<message><source>This is not a cookies.txt that can be read.</source><translation>هذا ليس ملف cookies.txt تمكن قراءته.</translation></message>
<message><source>{browser} has no cookies for {site}. Log in there first.</source><translation>ليس في {browser} ملفات كوكي لـ {site}. سجّل الدخول هناك أولًا.</translation></message>
<message><source>Choose…</source><translation>اختيار…</translation></message>
<message><source>Choose cookies</source><translation>اختيار ملفات الكوكي</translation></message>
<message><source>For these downloads alone. Each cookie goes to the site it belongs to, and is never stored in clear.</source><translation>لهذه التنزيلات وحدها. يذهب كل كوكي إلى الموقع الذي يخصه، ولا يُحفظ مكشوفًا أبدًا.</translation></message>
<message><source>None of its own</source><translation>لا شيء خاص به</translation></message>
<message><source>Out of {file}</source><translation>من {file}</translation></message>
<message><source>Those of a pasted line</source><translation>ما في سطر ملصق</translation></message>
<message><source>Given, in memory alone</source><translation>معطاة، في الذاكرة فقط</translation></message>
<message><source>Kept in the system's keyring</source><translation>محفوظة في سلسلة مفاتيح النظام</translation></message>
<message numerus="yes"><source>%Ln cookie(s) for {sites}</source><translation><numerusform>لا ملفات كوكي لـ {sites}</numerusform><numerusform>ملف كوكي واحد لـ {sites}</numerusform><numerusform>ملفا كوكي لـ {sites}</numerusform><numerusform>%Ln ملفات كوكي لـ {sites}</numerusform><numerusform>%Ln ملف كوكي لـ {sites}</numerusform><numerusform>%Ln ملف كوكي لـ {sites}</numerusform></translation></message>
</context>
<context>
<name>Copying</name>
<message><source>Addresses</source><translation>العناوين</translation></message>
<message><source>curl commands</source><translation>أوامر curl</translation></message>
<message><source>wget commands</source><translation>أوامر wget</translation></message>
<message><source>aria2 input file</source><translation>ملف إدخال aria2</translation></message>
<message><source>JSON</source><translation>JSON</translation></message>
<message><source>Metalink</source><translation>Metalink</translation></message>
<message><source>Cop&amp;y as</source><translation>ن&amp;سخ بصيغة</translation></message>
<message numerus="yes"><source>Copied %Ln download(s)</source><translation><numerusform>لم يُنسخ أي تنزيل</numerusform><numerusform>نُسخ تنزيل واحد</numerusform><numerusform>نُسخ تنزيلان</numerusform><numerusform>نُسخت %Ln تنزيلات</numerusform><numerusform>نُسخ %Ln تنزيلًا</numerusform><numerusform>نُسخ %Ln تنزيل</numerusform></translation></message>
</context>
<context>
<name>Desktop</name>
<message><source>Downloads are running</source><translation>التنزيلات جارية</translation></message>
<message numerus="yes"><source>%Ln download(s) finished</source><translation><numerusform>لم يكتمل أي تنزيل</numerusform><numerusform>اكتمل تنزيل واحد</numerusform><numerusform>اكتمل تنزيلان</numerusform><numerusform>اكتملت %Ln تنزيلات</numerusform><numerusform>اكتمل %Ln تنزيلًا</numerusform><numerusform>اكتمل %Ln تنزيل</numerusform></translation></message>
<message><source>{size} in {folder}</source><extracomment>Below the name of a finished download: its size and the name of its folder</extracomment><translation>{size} في {folder}</translation></message>
<message><source>Open</source><extracomment>Below the name of a finished download: its size and the name of its folder</extracomment><translation>فتح</translation></message>
<message><source>Download finished</source><translation>اكتمل التنزيل</translation></message>
<message><source>Try again</source><translation>إعادة المحاولة</translation></message>
<message><source>Download failed</source><translation>فشل التنزيل</translation></message>
<message numerus="yes"><source>%Ln more download(s) failed</source><translation><numerusform>لم يفشل تنزيل آخر</numerusform><numerusform>فشل تنزيل آخر</numerusform><numerusform>فشل تنزيلان آخران</numerusform><numerusform>فشلت %Ln تنزيلات أخرى</numerusform><numerusform>فشل %Ln تنزيلًا آخر</numerusform><numerusform>فشل %Ln تنزيل آخر</numerusform></translation></message>
<message numerus="yes"><source>%Ln download(s) failed</source><translation><numerusform>لم يفشل أي تنزيل</numerusform><numerusform>فشل تنزيل واحد</numerusform><numerusform>فشل تنزيلان</numerusform><numerusform>فشلت %Ln تنزيلات</numerusform><numerusform>فشل %Ln تنزيلًا</numerusform><numerusform>فشل %Ln تنزيل</numerusform></translation></message>
<message><source>Try all again</source><translation>إعادة محاولة الكل</translation></message>
<message><source>Headrace goes on in the tray</source><translation>يواصل Headrace العمل في علبة النظام</translation></message>
<message><source>Downloads continue. To end Headrace, choose Quit in the menu of its icon.</source><translation>التنزيلات مستمرة. لإنهاء Headrace اختر «إنهاء» من قائمة أيقونته.</translation></message>
<message><source>Show in folder</source><translation>إظهار في المجلد</translation></message>
<message numerus="yes"><source>and %Ln more</source><translation><numerusform>ولا غيرها</numerusform><numerusform>وواحد غيرها</numerusform><numerusform>واثنان غيرها</numerusform><numerusform>و%Ln غيرها</numerusform><numerusform>و%Ln غيرها</numerusform><numerusform>و%Ln غيرها</numerusform></translation></message>
<message><source>Hide Headrace</source><translation>إخفاء Headrace</translation></message>
<message><source>Show Headrace</source><translation>إظهار Headrace</translation></message>
<message><source>Speed limit</source><translation>حد السرعة</translation></message>
<message numerus="yes"><source>%Ln active</source><translation><numerusform>لا نشط</numerusform><numerusform>%Ln نشط</numerusform><numerusform>%Ln نشطان</numerusform><numerusform>%Ln نشطة</numerusform><numerusform>%Ln نشطًا</numerusform><numerusform>%Ln نشط</numerusform></translation></message>
<message numerus="yes"><source>%Ln waiting</source><translation><numerusform>لا منتظر</numerusform><numerusform>%Ln منتظر</numerusform><numerusform>%Ln منتظران</numerusform><numerusform>%Ln منتظرة</numerusform><numerusform>%Ln منتظرًا</numerusform><numerusform>%Ln منتظر</numerusform></translation></message>
<message><source>Nothing to do</source><translation>لا شيء قيد التنفيذ</translation></message>
<message><source>Headrace: {percent}</source><extracomment>The program's name and how much of everything that runs is there, such as "Headrace: 62 %"</extracomment><translation>Headrace: {percent}</translation></message>
<message><source>Headrace is ready. Paste an address with Ctrl+V, drop links here, or press Add.</source><translation>Headrace جاهز. الصق عنوانًا بـ Ctrl+V، أو أفلت روابط هنا، أو اضغط «إضافة».</translation></message>
<message><source>Watch the clipboard for links</source><translation>مراقبة الحافظة بحثًا عن روابط</translation></message>
<message><source>Close this message</source><translation>إغلاق هذه الرسالة</translation></message>
<message><source>Close</source><translation>إغلاق</translation></message>
</context>
<context>
<name>Details</name>
<message><source>Map of the file</source><translation>خريطة الملف</translation></message>
<message numerus="yes"><source>%Ln block(s)</source><translation><numerusform>لا كتل</numerusform><numerusform>كتلة واحدة</numerusform><numerusform>كتلتان</numerusform><numerusform>%Ln كتل</numerusform><numerusform>%Ln كتلة</numerusform><numerusform>%Ln كتلة</numerusform></translation></message>
<message numerus="yes"><source>%Ln verified on disk</source><translation><numerusform>لا متحقق منها على القرص</numerusform><numerusform>%Ln متحقق منها على القرص</numerusform><numerusform>%Ln متحقق منهما على القرص</numerusform><numerusform>%Ln متحقق منها على القرص</numerusform><numerusform>%Ln متحقق منها على القرص</numerusform><numerusform>%Ln متحقق منها على القرص</numerusform></translation></message>
<message numerus="yes"><source>%Ln on disk</source><translation><numerusform>لا شيء على القرص</numerusform><numerusform>%Ln على القرص</numerusform><numerusform>%Ln على القرص</numerusform><numerusform>%Ln على القرص</numerusform><numerusform>%Ln على القرص</numerusform><numerusform>%Ln على القرص</numerusform></translation></message>
<message numerus="yes"><source>%Ln arriving</source><translation><numerusform>لا شيء قيد الوصول</numerusform><numerusform>%Ln قيد الوصول</numerusform><numerusform>%Ln قيد الوصول</numerusform><numerusform>%Ln قيد الوصول</numerusform><numerusform>%Ln قيد الوصول</numerusform><numerusform>%Ln قيد الوصول</numerusform></translation></message>
<message numerus="yes"><source>%Ln missing</source><translation><numerusform>لا شيء مفقود</numerusform><numerusform>%Ln مفقودة</numerusform><numerusform>%Ln مفقودتان</numerusform><numerusform>%Ln مفقودة</numerusform><numerusform>%Ln مفقودة</numerusform><numerusform>%Ln مفقودة</numerusform></translation></message>
<message><source>Block {number} of {total}</source><translation>الكتلة {number} من {total}</translation></message>
<message><source>Blocks {first} to {last} of {total}</source><translation>الكتل من {first} إلى {last} من {total}</translation></message>
<message><source>Verified on disk</source><translation>متحقق منه على القرص</translation></message>
<message><source>Missing</source><translation>مفقود</translation></message>
<message><source>{size} verified</source><translation>متحقق من {size}</translation></message>
<message><source>{size} on disk</source><translation>{size} على القرص</translation></message>
<message><source>{size} missing</source><translation>ينقص {size}</translation></message>
<message><source>arriving now</source><translation>قيد الوصول الآن</translation></message>
<message><source>#</source><translation>#</translation></message>
<message><source>Host</source><translation>المضيف</translation></message>
<message><source>Part of the file</source><translation>جزء الملف</translation></message>
<message><source>Arrived</source><translation>وصل</translation></message>
<message><source>Speed</source><translation>السرعة</translation></message>
<message><source>State</source><translation>الحالة</translation></message>
<message><source>Connecting</source><translation>جارٍ الاتصال</translation></message>
<message><source>Waiting for an answer</source><translation>بانتظار الاستجابة</translation></message>
<message><source>Receiving</source><translation>جارٍ الاستلام</translation></message>
<message><source>Held back</source><translation>مقيّد</translation></message>
<message><source>Ending</source><translation>جارٍ الإنهاء</translation></message>
<message><source>from {start} on</source><extracomment>Part of a file without a known end</extracomment><translation>من {start} فصاعدًا</translation></message>
<message><source>{start} to {end}</source><extracomment>Part of a file without a known end</extracomment><translation>من {start} إلى {end}</translation></message>
<message><source>Bytes from {start} on</source><translation>البايتات من {start} فصاعدًا</translation></message>
<message><source>Bytes {start} to {end}</source><translation>البايتات من {start} إلى {end}</translation></message>
<message><source>Connection {number}</source><translation>الاتصال {number}</translation></message>
<message><source>Connections</source><translation>الاتصالات</translation></message>
<message><source>No connections at the moment</source><translation>لا اتصالات في الوقت الحالي</translation></message>
<message><source>Copy</source><translation>نسخ</translation></message>
<message><source>Select all</source><translation>تحديد الكل</translation></message>
<message><source>Overview</source><translation>نظرة عامة</translation></message>
<message><source>Log</source><translation>السجل</translation></message>
<message><source>Request</source><translation>الطلب</translation></message>
<message><source>Live</source><translation>مباشر</translation></message>
<message><source>Choose a download to see its details</source><translation>اختر تنزيلًا لعرض تفاصيله</translation></message>
<message><source>Details</source><translation>التفاصيل</translation></message>
<message numerus="yes"><source>%Ln download(s) chosen</source><translation><numerusform>لم يُختر أي تنزيل</numerusform><numerusform>اختير تنزيل واحد</numerusform><numerusform>اختير تنزيلان</numerusform><numerusform>اختيرت %Ln تنزيلات</numerusform><numerusform>اختير %Ln تنزيلًا</numerusform><numerusform>اختير %Ln تنزيل</numerusform></translation></message>
<message><source>Move to the side</source><translation>نقل إلى الجانب</translation></message>
<message><source>Move to the bottom</source><translation>نقل إلى الأسفل</translation></message>
<message><source>Close details</source><translation>إغلاق التفاصيل</translation></message>
<message><source>Copy address</source><translation>نسخ العنوان</translation></message>
<message><source>Folder</source><translation>المجلد</translation></message>
<message><source>Added</source><translation>أُضيف</translation></message>
<message><source>Failed</source><translation>فشل</translation></message>
<message><source>Address</source><translation>العنوان</translation></message>
<message><source>Led to</source><translation>قاد إلى</translation></message>
<message><source>Checksum</source><translation>المجموع الاختباري</translation></message>
<message><source>{algorithm} does not match</source><translation>{algorithm} غير مطابق</translation></message>
<message><source>None known</source><translation>غير معروف</translation></message>
<message><source>{algorithm} right, as given by you</source><translation>{algorithm} صحيح، قطعة قطعة</translation></message>
<message><source>{algorithm} right, piece by piece</source><translation>{algorithm} صحيح، قطعةً قطعة</translation></message>
<message><source>{algorithm} right, found in {source}</source><translation>{algorithm} صحيح، من {source}</translation></message>
<message><source>{algorithm} right</source><translation>{algorithm} صحيح</translation></message>
<message><source>{algorithm} expected, given by you</source><translation>{algorithm} متوقع، كما أدخلته</translation></message>
<message><source>{algorithm} expected, found in {source}</source><translation>{algorithm} متوقع، من {source}</translation></message>
<message><source>{algorithm} expected</source><translation>{algorithm} متوقع</translation></message>
<message><source>Size</source><translation>الحجم</translation></message>
<message numerus="yes"><source>%Ln byte(s)</source><translation><numerusform>لا بايتات</numerusform><numerusform>بايت واحد</numerusform><numerusform>بايتان</numerusform><numerusform>%Ln بايتات</numerusform><numerusform>%Ln بايتًا</numerusform><numerusform>%Ln بايت</numerusform></translation></message>
<message><source>Unknown, {size} so far</source><translation>غير معروف، {size} حتى الآن</translation></message>
<message><source>{total}, {received} of it here</source><translation>{total}، وصل منها {received}</translation></message>
<message><source>{number} bytes</source><extracomment>A number of bytes above two thousand million</extracomment><translation>{number} بايت</translation></message>
<message><source>Type</source><translation>النوع</translation></message>
<message><source>Version</source><translation>الإصدار</translation></message>
<message><source>Last changed</source><translation>آخر تغيير</translation></message>
<message><source>{tag} (strong)</source><translation>{tag} (قوي)</translation></message>
<message><source>{tag} (weak)</source><translation>{tag} (ضعيف)</translation></message>
<message><source>The server names this very version: a resumed download is sure to fit</source><translation>يحدد الخادم هذا الإصدار بعينه: التنزيل المستأنف مطابق حتمًا</translation></message>
<message><source>The server names no exact version: joins are compared byte by byte</source><translation>لا يحدد الخادم إصدارًا دقيقًا: تُقارن مواضع الوصل بايتًا بايتًا</translation></message>
<message numerus="yes"><source>%Ln further address(es)</source><translation><numerusform>لا عناوين إضافية</numerusform><numerusform>عنوان إضافي واحد</numerusform><numerusform>عنوانان إضافيان</numerusform><numerusform>%Ln عناوين إضافية</numerusform><numerusform>%Ln عنوانًا إضافيًا</numerusform><numerusform>%Ln عنوان إضافي</numerusform></translation></message>
<message><source>Mirrors</source><translation>المرايا</translation></message>
<message><source>{moment}, took {time}</source><translation>{moment}، استغرق {time}</translation></message>
<message><source>Finished</source><translation>اكتمل</translation></message>
<message><source>Notes</source><translation>ملاحظات</translation></message>
<message><source>Arriving</source><translation>قيد الوصول</translation></message>
<message><source>On disk</source><translation>على القرص</translation></message>
<message><source>Verified</source><translation>متحقق منها</translation></message>
<message><source>What happened to the download</source><translation>ما جرى للتنزيل</translation></message>
<message><source>Copy all</source><translation>نسخ الكل</translation></message>
<message><source>Copy the whole log</source><translation>نسخ السجل كله</translation></message>
<message numerus="yes"><source>%Ln entry(ies)</source><translation><numerusform>لا مدخلات</numerusform><numerusform>مدخلة واحدة</numerusform><numerusform>مدخلتان</numerusform><numerusform>%Ln مدخلات</numerusform><numerusform>%Ln مدخلة</numerusform><numerusform>%Ln مدخلة</numerusform></translation></message>
<message><source>Choose a download to see what happened to it</source><translation>اختر تنزيلًا لمعرفة ما جرى له</translation></message>
<message><source>Nothing is known of this download's past</source><translation>لا يُعرف شيء عن ماضي هذا التنزيل</translation></message>
<message><source>Speed, last {time}</source><translation>السرعة، آخر {time}</translation></message>
<message><source>Speed, whole life</source><translation>السرعة، المدة كلها</translation></message>
<message><source>average {speed}</source><translation>المتوسط {speed}</translation></message>
<message><source>Requests and answers, the newest first</source><translation>الطلبات والاستجابات، الأحدث أولًا</translation></message>
<message><source>Headers of the request and of the answer</source><translation>ترويسات الطلب والاستجابة</translation></message>
<message><source>Copy as text</source><translation>نسخ كنص</translation></message>
<message><source>Copy this request and its answer as text</source><translation>نسخ هذا الطلب واستجابته كنص</translation></message>
<message><source>Headers are kept while Headrace runs, never stored</source><translation>تبقى الترويسات ما دام Headrace يعمل، ولا تُخزَّن أبدًا</translation></message>
<message><source>Choose a download to see what was asked and answered</source><translation>اختر تنزيلًا لمعرفة ما طُلب وما أُجيب به</translation></message>
<message><source>Nothing has been asked since Headrace was started</source><translation>لم يُطلب شيء منذ بدء Headrace</translation></message>
<message><source>No answer yet</source><translation>لا استجابة بعد</translation></message>
<message><source>Speed, last minute</source><translation>السرعة، آخر دقيقة</translation></message>
<message><source>Nothing measured yet</source><translation>لا قياسات بعد</translation></message>
<message><source>Whole life</source><translation>المدة كلها</translation></message>
<message><source>Span of the graph</source><translation>مدى المخطط</translation></message>
<message><source>Graph of the speed</source><translation>مخطط السرعة</translation></message>
<message><source>Average</source><translation>المتوسط</translation></message>
<message><source>Top</source><translation>الأعلى</translation></message>
<message><source>Received</source><translation>المستلَم</translation></message>
<message><source>Time active</source><translation>مدة النشاط</translation></message>
<message><source>Limit</source><translation>الحد</translation></message>
<message><source>limit {speed}</source><translation>الحد {speed}</translation></message>
<message><source>limit for all {speed}</source><translation>الحد للكل {speed}</translation></message>
<message><source>{seconds} s</source><translation>‏{seconds} ث</translation></message>
<message><source>{minutes} min</source><translation>‏{minutes} د</translation></message>
<message><source>{hours} h</source><translation>‏{hours} س</translation></message>
<message><source>{days} d</source><extracomment>A number of days, shortest form</extracomment><translation>‏{days} ي</translation></message>
<message><source>now</source><translation>الآن</translation></message>
<message><source>end</source><translation>النهاية</translation></message>
<message><source>nothing</source><translation>لا شيء</translation></message>
<message><source>after {time}</source><translation>بعد {time}</translation></message>
<message><source>{time} before the end</source><translation>قبل النهاية بـ {time}</translation></message>
<message><source>{time} ago</source><translation>قبل {time}</translation></message>
<message><source>{limit}, its own</source><translation>{limit}، حده الخاص</translation></message>
<message><source>{limit}, of its queue</source><translation>{limit}، حد قائمة انتظاره</translation></message>
<message><source>{limit}, of all downloads</source><translation>{limit}، حد كل التنزيلات</translation></message>
<message><source>{limit}, to leave others room</source><translation>{limit}، لترك مجال للآخرين</translation></message>
<message><source>{limit}, while it is quiet</source><translation>{limit}، الحد الهادئ</translation></message>
<message><source>Together</source><translation>الإجمالي</translation></message>
<message><source>Progress</source><translation>التقدم</translation></message>
<message><source>Size unknown</source><translation>الحجم غير معروف</translation></message>
</context>
<context>
<name>Dialogs</name>
<message><source>Cancel</source><translation>إلغاء</translation></message>
</context>
<context>
<name>Done</name>
<message><source>Do nothing</source><translation>عدم فعل شيء</translation></message>
<message><source>Sleep</source><translation>السكون</translation></message>
<message><source>Hibernate</source><translation>الإسبات</translation></message>
<message><source>Shut down</source><translation>إيقاف التشغيل</translation></message>
<message><source>Restart</source><translation>إعادة التشغيل</translation></message>
<message><source>Log out</source><translation>تسجيل الخروج</translation></message>
<message><source>Quit Headrace</source><translation>إنهاء Headrace</translation></message>
<message numerus="yes"><source>The computer goes to sleep in %Ln second(s).</source><translation><numerusform>يدخل الحاسوب في السكون الآن.</numerusform><numerusform>يدخل الحاسوب في السكون بعد ثانية واحدة.</numerusform><numerusform>يدخل الحاسوب في السكون بعد ثانيتين.</numerusform><numerusform>يدخل الحاسوب في السكون بعد %Ln ثوانٍ.</numerusform><numerusform>يدخل الحاسوب في السكون بعد %Ln ثانية.</numerusform><numerusform>يدخل الحاسوب في السكون بعد %Ln ثانية.</numerusform></translation></message>
<message numerus="yes"><source>The computer hibernates in %Ln second(s).</source><translation><numerusform>يدخل الحاسوب في الإسبات الآن.</numerusform><numerusform>يدخل الحاسوب في الإسبات بعد ثانية واحدة.</numerusform><numerusform>يدخل الحاسوب في الإسبات بعد ثانيتين.</numerusform><numerusform>يدخل الحاسوب في الإسبات بعد %Ln ثوانٍ.</numerusform><numerusform>يدخل الحاسوب في الإسبات بعد %Ln ثانية.</numerusform><numerusform>يدخل الحاسوب في الإسبات بعد %Ln ثانية.</numerusform></translation></message>
<message numerus="yes"><source>The computer shuts down in %Ln second(s).</source><translation><numerusform>يتوقف تشغيل الحاسوب الآن.</numerusform><numerusform>يتوقف تشغيل الحاسوب بعد ثانية واحدة.</numerusform><numerusform>يتوقف تشغيل الحاسوب بعد ثانيتين.</numerusform><numerusform>يتوقف تشغيل الحاسوب بعد %Ln ثوانٍ.</numerusform><numerusform>يتوقف تشغيل الحاسوب بعد %Ln ثانية.</numerusform><numerusform>يتوقف تشغيل الحاسوب بعد %Ln ثانية.</numerusform></translation></message>
<message numerus="yes"><source>The computer restarts in %Ln second(s).</source><translation><numerusform>يُعاد تشغيل الحاسوب الآن.</numerusform><numerusform>يُعاد تشغيل الحاسوب بعد ثانية واحدة.</numerusform><numerusform>يُعاد تشغيل الحاسوب بعد ثانيتين.</numerusform><numerusform>يُعاد تشغيل الحاسوب بعد %Ln ثوانٍ.</numerusform><numerusform>يُعاد تشغيل الحاسوب بعد %Ln ثانية.</numerusform><numerusform>يُعاد تشغيل الحاسوب بعد %Ln ثانية.</numerusform></translation></message>
<message numerus="yes"><source>You are logged out in %Ln second(s).</source><translation><numerusform>يُسجَّل خروجك الآن.</numerusform><numerusform>يُسجَّل خروجك بعد ثانية واحدة.</numerusform><numerusform>يُسجَّل خروجك بعد ثانيتين.</numerusform><numerusform>يُسجَّل خروجك بعد %Ln ثوانٍ.</numerusform><numerusform>يُسجَّل خروجك بعد %Ln ثانية.</numerusform><numerusform>يُسجَّل خروجك بعد %Ln ثانية.</numerusform></translation></message>
<message numerus="yes"><source>Headrace quits in %Ln second(s).</source><translation><numerusform>ينتهي Headrace الآن.</numerusform><numerusform>ينتهي Headrace بعد ثانية واحدة.</numerusform><numerusform>ينتهي Headrace بعد ثانيتين.</numerusform><numerusform>ينتهي Headrace بعد %Ln ثوانٍ.</numerusform><numerusform>ينتهي Headrace بعد %Ln ثانية.</numerusform><numerusform>ينتهي Headrace بعد %Ln ثانية.</numerusform></translation></message>
<message><source>“{deed}” was refused by the system: {why}</source><translation>رفض النظام «{deed}»: {why}</translation></message>
<message><source>Stop</source><translation>إلغاء</translation></message>
<message><source>All downloads are done</source><translation>اكتملت كل التنزيلات</translation></message>
<message><source>Nothing happens any more.</source><translation>لن يحدث شيء بعد الآن.</translation></message>
<message><source>{deed} now</source><translation>{deed} الآن</translation></message>
</context>
<context>
<name>Failures</name>
<message><source>The address is not valid</source><translation>العنوان غير صالح</translation></message>
<message><source>Copy it again from where you found it</source><translation>انسخه مجددًا من حيث وجدته</translation></message>
<message><source>Server name not found</source><translation>لم يُعثر على اسم الخادم</translation></message>
<message><source>Check the address and your connection</source><translation>تحقق من العنوان ومن اتصالك</translation></message>
<message><source>Server cannot be reached</source><translation>تعذر الوصول إلى الخادم</translation></message>
<message><source>Check your connection, or resume later</source><translation>تحقق من اتصالك، أو استأنف لاحقًا</translation></message>
<message><source>Server did not answer in time</source><translation>لم يستجب الخادم في الوقت المناسب</translation></message>
<message><source>Resume later</source><translation>استأنف لاحقًا</translation></message>
<message><source>Connection lost</source><translation>انقطع الاتصال</translation></message>
<message><source>Resume to go on from here</source><translation>استأنف للمتابعة من هنا</translation></message>
<message><source>Server stopped sending</source><translation>توقف الخادم عن الإرسال</translation></message>
<message><source>Server could not prove who it is</source><translation>لم يثبت الخادم هويته</translation></message>
<message><source>Look at its certificate</source><translation>انظر إلى شهادته</translation></message>
<message><source>There is no network</source><translation>لا توجد شبكة</translation></message>
<message><source>It goes on when there is one</source><translation>يستمر عند توفرها</translation></message>
<message><source>The chosen network is not there</source><translation>الشبكة المختارة غير موجودة</translation></message>
<message><source>Bring it back, or choose another in the settings</source><translation>أعدها أو اختر غيرها في الإعدادات</translation></message>
<message><source>Your certificate cannot be used here</source><translation>تعذر استعمال شهادتك لهذا الخادم</translation></message>
<message><source>Choose another in the settings</source><translation>اختر غيرها في الإعدادات</translation></message>
<message><source>An extra is missing for this kind of address</source><translation>تنقص إضافة لازمة لهذا النوع من العناوين</translation></message>
<message><source>Install it, then resume</source><translation>ثبّتها ثم استأنف</translation></message>
<message><source>Server's host key is not known yet</source><translation>مفتاح الخادم غير معروف بعد</translation></message>
<message><source>Look at it, and trust it if it is the server's</source><translation>انظر إليه، وثق به إن كان مفتاح الخادم</translation></message>
<message><source>Server's host key has changed</source><translation>تغيّر مفتاح الخادم</translation></message>
<message><source>Ask who runs the server before you trust the new one</source><translation>اسأل من يدير الخادم قبل أن تثق بالمفتاح الجديد</translation></message>
<message><source>Secure connection failed</source><translation>فشل الاتصال الآمن</translation></message>
<message><source>This is not a web server</source><translation>هذا ليس خادم ويب</translation></message>
<message><source>Check the address</source><translation>تحقق من العنوان</translation></message>
<message><source>Server sends us round in circles</source><translation>الخادم يدور بنا في حلقة</translation></message>
<message><source>Copy a fresh link</source><translation>انسخ رابطًا جديدًا</translation></message>
<message><source>Server sends us to an unsafe address</source><translation>الخادم يحيلنا إلى عنوان غير آمن</translation></message>
<message><source>Ask for a secure link</source><translation>اطلب رابطًا آمنًا</translation></message>
<message><source>File arrived cut short</source><translation>وصل الملف مبتورًا</translation></message>
<message><source>Resume to fetch the rest</source><translation>استأنف لتنزيل الباقي</translation></message>
<message><source>Server never finished its answer</source><translation>لم يُكمل الخادم استجابته</translation></message>
<message><source>Server sends next to nothing</source><translation>الخادم لا يكاد يرسل شيئًا</translation></message>
<message><source>Resume to try once more</source><translation>استأنف للمحاولة مرة أخرى</translation></message>
<message><source>Server leads into a private network</source><translation>الخادم يقود إلى شبكة خاصة</translation></message>
<message><source>Allow it only if the private address is yours</source><translation>اسمح به فقط إن كان العنوان الخاص لك</translation></message>
<message><source>Server has no such file</source><translation>لا يوجد هذا الملف على الخادم</translation></message>
<message><source>Access refused</source><translation>رُفض الوصول</translation></message>
<message><source>File is gone from the server</source><translation>لم يعد الملف موجودًا على الخادم</translation></message>
<message><source>Look for another source</source><translation>ابحث عن مصدر آخر</translation></message>
<message><source>Server asks for a login</source><translation>الخادم يطلب تسجيل الدخول</translation></message>
<message><source>Log in here, or with a browser</source><translation>سجّل الدخول هنا أو بمتصفح</translation></message>
<message><source>Proxy asks for a login</source><translation>الخادم الوكيل يطلب تسجيل الدخول</translation></message>
<message><source>Log in here</source><translation>سجّل الدخول هنا</translation></message>
<message><source>Windows login needed</source><translation>يلزم تسجيل دخول Windows</translation></message>
<message><source>Install what it needs, then log in</source><translation>ثبّت ما يلزم، ثم سجّل الدخول</translation></message>
<message><source>No usable Kerberos ticket</source><translation>لا توجد تذكرة Kerberos صالحة</translation></message>
<message><source>Get a ticket (kinit) and resume, or log in here</source><translation>احصل على تذكرة (kinit) واستأنف، أو سجّل الدخول هنا</translation></message>
<message><source>Proxy cannot be reached</source><translation>تعذر الوصول إلى الوكيل</translation></message>
<message><source>Check your proxy settings</source><translation>تحقق من إعدادات الخادم الوكيل</translation></message>
<message><source>Proxy does not let this address through</source><translation>الوكيل لا يسمح بهذا العنوان</translation></message>
<message><source>Server asked us to wait</source><translation>طلب الخادم منا الانتظار</translation></message>
<message><source>Server is too busy</source><translation>الخادم مشغول جدًا</translation></message>
<message><source>Server has a fault</source><translation>خلل في الخادم</translation></message>
<message><source>Server refuses the request</source><translation>الخادم يرفض الطلب</translation></message>
<message><source>Server sent no file</source><translation>لم يرسل الخادم ملفًا</translation></message>
<message><source>Server does not go on where we stopped</source><translation>الخادم لا يتابع من حيث توقفنا</translation></message>
<message><source>Server's answer makes no sense</source><translation>استجابة الخادم غير مفهومة</translation></message>
<message><source>A web page came instead of the file</source><translation>وصلت صفحة ويب بدل الملف</translation></message>
<message><source>Log in with a browser, or copy a fresh link</source><translation>سجّل الدخول بمتصفح، أو انسخ رابطًا جديدًا</translation></message>
<message><source>It unpacks to far too much</source><translation>حجمه بعد فك الضغط كبير جدًا</translation></message>
<message><source>Allow it only if you trust the server</source><translation>اسمح به فقط إن كنت تثق بالخادم</translation></message>
<message><source>Content ends before its own end</source><translation>المحتوى ينتهي قبل أوانه</translation></message>
<message><source>Resume to fetch it anew</source><translation>استأنف لتنزيله من جديد</translation></message>
<message><source>Disk is full</source><translation>القرص ممتلئ</translation></message>
<message><source>Free space, then resume</source><translation>حرّر مساحة ثم استأنف</translation></message>
<message><source>Folder may not be written to</source><translation>لا إذن بالكتابة في المجلد</translation></message>
<message><source>Choose another folder</source><translation>اختر مجلدًا آخر</translation></message>
<message><source>Folder is missing</source><translation>المجلد مفقود</translation></message>
<message><source>Bring it back, then resume</source><translation>أعد المجلد ثم استأنف</translation></message>
<message><source>A file of that name is there already</source><translation>يوجد ملف بهذا الاسم</translation></message>
<message><source>Move it away, then resume</source><translation>انقله من مكانه ثم استأنف</translation></message>
<message><source>Disk reports an error</source><translation>أبلغ القرص عن خطأ</translation></message>
<message><source>Check the disk, then resume</source><translation>افحص القرص ثم استأنف</translation></message>
<message><source>Unfinished file was changed</source><translation>تغيّر الملف غير المكتمل</translation></message>
<message><source>File is too large for this disk</source><translation>الملف أكبر مما يسعه هذا القرص</translation></message>
<message><source>Choose another disk</source><translation>اختر قرصًا آخر</translation></message>
<message><source>The disk of the unfinished file is gone</source><translation>قرص الملف غير المكتمل غير موجود</translation></message>
<message><source>File cannot be moved to the trash</source><translation>تعذّر نقل الملف إلى سلة المهملات</translation></message>
<message><source>It stays where it is; delete it by hand</source><translation>بقي الملف في مكانه؛ احذفه يدويًا</translation></message>
<message><source>The list of downloads was damaged</source><translation>كانت قائمة التنزيلات تالفة</translation></message>
<message><source>An earlier copy is used; the damaged one is kept</source><translation>تُستخدم نسخة سابقة، ويُحتفظ بالتالفة</translation></message>
<message><source>Too many files are open</source><translation>الملفات المفتوحة كثيرة جدًا</translation></message>
<message><source>Resume when other downloads are done</source><translation>استأنف عند انتهاء تنزيلات أخرى</translation></message>
<message><source>Checksum does not match</source><translation>المجموع الاختباري غير مطابق</translation></message>
<message><source>Do not trust it; look for another source</source><translation>لا تثق به، وابحث عن مصدر آخر</translation></message>
<message><source>Size is not what the server said</source><translation>الحجم يخالف ما أعلنه الخادم</translation></message>
<message><source>Its addresses lead to different files</source><translation>عناوينه تقود إلى ملفات مختلفة</translation></message>
<message><source>Keep the one you trust</source><translation>أبقِ ما تثق به منها</translation></message>
<message><source>The other program's file cannot be continued</source><translation>لا يمكن متابعة ملف البرنامج الآخر</translation></message>
<message><source>Resume to fetch all of it; that file stays where it is</source><translation>استأنف لجلبه كله؛ يبقى ذلك الملف في مكانه</translation></message>
<message><source>Another program still writes to the file</source><translation>ما زال برنامج آخر يكتب في الملف</translation></message>
<message><source>End the download there, then resume</source><translation>أنهِ التنزيل هناك ثم استأنف</translation></message>
<message><source>Headrace made a mistake</source><translation>أخطأ Headrace</translation></message>
<message><source>Resume to try again, and please report it</source><translation>استأنف للمحاولة مجددًا، وأبلغ عن ذلك من فضلك</translation></message>
<message><source>Its login or headers are no longer known</source><translation>بيانات دخوله أو ترويساته لم تعد معروفة</translation></message>
<message><source>Add it again with them</source><translation>أضفه مجددًا معها</translation></message>
<message><source>Its cookies are no longer known</source><translation>لم تعد ملفات الكوكي الخاصة به معروفة</translation></message>
<message><source>Give them again, then it goes on</source><translation>أعطها من جديد ليُكمل</translation></message>
</context>
<context>
<name>Folder</name>
<message><source>Folder to save to</source><translation>مجلد الحفظ</translation></message>
<message><source>As the rules say</source><translation>كما تقول القواعد</translation></message>
<message><source>Other folders</source><translation>مجلدات أخرى</translation></message>
<message><source>Other folders (Alt+Down)</source><translation>مجلدات أخرى (Alt+Down)</translation></message>
<message><source>Browse…</source><translation>استعراض…</translation></message>
<message><source>Write a whole path</source><translation>اكتب مسارًا كاملًا</translation></message>
<message><source>{size} too little room</source><translation>المساحة تنقص {size}</translation></message>
<message><source>{size} free</source><translation>{size} متاحة</translation></message>
<message><source>will be made · {size} free</source><translation>سيُنشأ · {size} متاحة</translation></message>
<message><source>Save downloads to</source><translation>حفظ التنزيلات في</translation></message>
</context>
<context>
<name>HandOver</name>
<message><source>Magnet links are for a torrent client</source><translation>الروابط المغناطيسية من شأن برنامج تورنت</translation></message>
<message><source>Open there</source><translation>الفتح هناك</translation></message>
<message><source>The system has no program for magnet links</source><translation>لا يوجد في النظام برنامج للروابط المغناطيسية</translation></message>
<message><source>This page needs yt-dlp, which is not installed. Install it and try again.</source><translation>تحتاج هذه الصفحة إلى yt-dlp وهو غير مثبَّت. ثبّته ثم حاول مجددًا.</translation></message>
<message><source>yt-dlp fetches it to {folder}; Headrace does not follow how far it is</source><translation>يجلبه yt-dlp إلى {folder}، ولا يتابع Headrace تقدّمه</translation></message>
<message><source>yt-dlp could not be started</source><translation>تعذّر تشغيل yt-dlp</translation></message>
</context>
<context>
<name>History</name>
<message><source>Clear history</source><translation>مسح السجل</translation></message>
<message><source>Clear</source><translation>مسح</translation></message>
<message><source>What is cleared cannot be brought back. Files and the list stay, and so does how much came on which day.</source><translation>ما يُمسح لا يمكن استرجاعه. تبقى الملفات والقائمة، ويبقى كذلك مقدار ما وصل في كل يوم.</translation></message>
<message><source>&amp;What</source><translation>&amp;ماذا</translation></message>
<message numerus="yes"><source>What is older than %Ln day(s)</source><translation><numerusform>كل شيء</numerusform><numerusform>ما مضى عليه أكثر من يوم</numerusform><numerusform>ما مضى عليه أكثر من يومين</numerusform><numerusform>ما مضى عليه أكثر من %Ln أيام</numerusform><numerusform>ما مضى عليه أكثر من %Ln يومًا</numerusform><numerusform>ما مضى عليه أكثر من %Ln يوم</numerusform></translation></message>
<message><source>All from {host}</source><translation>كل ما جاء من {host}</translation></message>
<message><source>All of it</source><translation>الكل</translation></message>
<message><source>How much came</source><translation>مقدار ما وصل</translation></message>
<message><source>at most {size}</source><translation>بحد أقصى {size}</translation></message>
<message numerus="yes"><source>%Ln file(s) finished</source><translation><numerusform>لم يكتمل أي ملف</numerusform><numerusform>اكتمل ملف واحد</numerusform><numerusform>اكتمل ملفان</numerusform><numerusform>اكتملت %Ln ملفات</numerusform><numerusform>اكتمل %Ln ملفًا</numerusform><numerusform>اكتمل %Ln ملف</numerusform></translation></message>
<message><source>Days</source><translation>أيام</translation></message>
<message><source>Weeks</source><translation>أسابيع</translation></message>
<message><source>Months</source><translation>أشهر</translation></message>
<message><source>Hosts</source><translation>المضيفون</translation></message>
<message><source>Files</source><translation>الملفات</translation></message>
<message><source>Size</source><translation>الحجم</translation></message>
<message><source>Average speed</source><translation>متوسط السرعة</translation></message>
<message><source>Figures</source><translation>أرقام</translation></message>
<message numerus="yes"><source>%Ln download(s) forgotten</source><translation><numerusform>لم يُمسح أي تنزيل من السجل</numerusform><numerusform>مُسح تنزيل واحد من السجل</numerusform><numerusform>مُسح تنزيلان من السجل</numerusform><numerusform>مُسحت %Ln تنزيلات من السجل</numerusform><numerusform>مُسح %Ln تنزيلًا من السجل</numerusform><numerusform>مُسح %Ln تنزيل من السجل</numerusform></translation></message>
<message><source>The history stays as it is: {why}</source><translation>يبقى السجل كما هو: {why}</translation></message>
<message><source>Export the history</source><translation>تصدير السجل</translation></message>
<message><source>Table (*.csv)</source><translation>جدول (*.csv)</translation></message>
<message><source>JSON (*.json)</source><translation>JSON (*.json)</translation></message>
<message><source>The history is in {name}</source><translation>السجل في {name}</translation></message>
<message><source>History</source><translation>السجل</translation></message>
<message><source>Downloads</source><translation>التنزيلات</translation></message>
<message><source>&amp;Download again</source><translation>إعادة التن&amp;زيل</translation></message>
<message><source>&amp;More</source><translation>الم&amp;زيد</translation></message>
<message><source>All</source><translation>الكل</translation></message>
<message><source>Finished</source><translation>مكتمل</translation></message>
<message><source>Failed</source><translation>فشل</translation></message>
<message><source>Removed unfinished</source><translation>أُزيل قبل اكتماله</translation></message>
<message><source>How it ended</source><translation>كيف انتهى</translation></message>
<message><source>Nothing that was remembered is like that</source><translation>لا شيء في السجل يطابق ذلك</translation></message>
<message><source>Nothing is remembered: the settings say so, page “Downloads”</source><translation>لا يُحفظ شيء: هكذا في الإعدادات، صفحة «التنزيلات»</translation></message>
<message><source>Nothing has ended yet. What finishes or fails will be found here.</source><translation>لم ينتهِ شيء بعد. ما يكتمل أو يفشل ستجده هنا.</translation></message>
<message><source>A part of the address was secret and is not kept</source><translation>كان جزء من العنوان سريًا ولم يُحفظ</translation></message>
<message><source>&amp;Open</source><translation>&amp;فتح</translation></message>
<message><source>Show in &amp;folder</source><translation>إظهار في ال&amp;مجلد</translation></message>
<message><source>&amp;Copy address</source><translation>نسخ العن&amp;وان</translation></message>
<message><source>Find all from this &amp;host</source><translation>البحث عن كل ما جاء من هذا الم&amp;ضيف</translation></message>
<message><source>D&amp;elete from history</source><translation>&amp;حذف من السجل</translation></message>
<message><source>&amp;Export…</source><translation>ت&amp;صدير…</translation></message>
<message><source>&amp;Clear history…</source><translation>م&amp;سح السجل…</translation></message>
<message><source>Name</source><translation>الاسم</translation></message>
<message><source>Ended</source><translation>انتهى</translation></message>
<message><source>Speed</source><translation>السرعة</translation></message>
<message><source>Host</source><translation>المضيف</translation></message>
<message><source>Redirected to {host}</source><translation>أُعيد توجيهه إلى {host}</translation></message>
<message><source>{size} in {time}</source><translation>{size} خلال {time}</translation></message>
<message><source>Proven by {checksum}</source><translation>تم التحقق بواسطة {checksum}</translation></message>
<message><source>{speed} on average</source><translation>{speed} في المتوسط</translation></message>
<message><source>Week from {day}</source><translation>الأسبوع من {day}</translation></message>
</context>
<context>
<name>Hosts</name>
<message><source>As usual</source><translation>كالمعتاد</translation></message>
<message><source>Text of your own</source><translation>نص خاص بك</translation></message>
<message><source>User agent</source><translation>وكيل المستخدم</translation></message>
<message><source>Text of the user agent</source><translation>نص وكيل المستخدم</translation></message>
<message><source>Nothing was learnt of it yet.</source><translation>لم يُعرف عنه شيء بعد.</translation></message>
<message><source>Forget</source><translation>نسيان</translation></message>
<message><source>Forget what was learnt</source><translation>نسيان ما عُرف</translation></message>
<message><source>Log in…</source><translation>تسجيل الدخول…</translation></message>
<message><source>Forget the login</source><translation>نسيان بيانات الدخول</translation></message>
<message><source>Logins belong to single hosts; there is none for all below one.</source><translation>تخص بيانات الدخول مضيفًا واحدًا؛ ولا توجد بيانات لكل ما تحته.</translation></message>
<message><source>No login for {place}.</source><translation>لا توجد بيانات دخول إلى {place}.</translation></message>
<message><source>A token for {place} is there.</source><translation>يوجد رمز مميّز لـ {place}.</translation></message>
<message><source>Logged in at {place} as {user}.</source><translation>سُجّل الدخول إلى {place} باسم {user}.</translation></message>
<message><source>The keyring did not forget the login.</source><translation>لم تنسَ سلسلة المفاتيح بيانات الدخول.</translation></message>
<message><source>Host</source><translation>المضيف</translation></message>
<message><source>Rule</source><translation>القاعدة</translation></message>
<message><source>Learnt</source><translation>ما عُرف</translation></message>
<message><source>Last seen</source><translation>آخر ظهور</translation></message>
<message><source>nothing</source><translation>لا شيء</translation></message>
<message><source>Rules for a host</source><translation>قواعد مضيف</translation></message>
<message><source>Apply</source><translation>تطبيق</translation></message>
<message><source>As in the settings</source><translation>كما في الإعدادات</translation></message>
<message><source>No limit</source><translation>بلا حد</translation></message>
<message><source>None</source><translation>لا شيء</translation></message>
<message><source> s</source><translation> ث</translation></message>
<message><source>&amp;Host</source><translation>الم&amp;ضيف</translation></message>
<message><source>&amp;Connections in all, at most</source><translation>أقصى عدد للات&amp;صالات إجمالًا</translation></message>
<message><source>Of &amp;one download, at most</source><translation>أقصى عدد لكل ت&amp;نزيل</translation></message>
<message><source>Speed &amp;limit in all</source><translation>&amp;حد السرعة الإجمالي</translation></message>
<message><source>&amp;Pause between requests</source><translation>ال&amp;فاصل بين الطلبات</translation></message>
<message><source>&amp;User agent</source><translation>وكيل ال&amp;مستخدم</translation></message>
<message><source>Lo&amp;gging in</source><translation>طريقة ال&amp;دخول</translation></message>
<message><source>Further request h&amp;eaders, one a line</source><translation>&amp;ترويسات طلب أخرى، واحدة في كل سطر</translation></message>
<message><source>&amp;Referrer, the page links are on</source><translation>الم&amp;رجع، صفحة الروابط</translation></message>
<message><source>Pro&amp;xy</source><translation>الو&amp;كيل</translation></message>
<message><source>&amp;Fetch files from the beginning only, without ranges</source><translation>جلب الملفات من ال&amp;بداية فقط، دون نطاقات</translation></message>
<message><source>Ask by HTTP/&amp;2, all requests over one connection</source><translation>الطلب عبر HTTP/&amp;2، كل الطلبات على اتصال واحد</translation></message>
<message><source>*.example.org holds for all hosts below example.org as well.</source><translation>تسري ‎*.example.org على كل المضيفين تحت example.org أيضًا.</translation></message>
<message><source>HTTP/2 needs an extra: {command}</source><translation>يحتاج HTTP/2 إلى مكوّن إضافي: {command}</translation></message>
<message><source>There is a rule for {host} already.</source><translation>توجد قاعدة لـ {host} بالفعل.</translation></message>
<message><source>Write a host such as example.org, *.example.org or nas.lan:8080.</source><translation>اكتب مضيفًا مثل example.org أو ‎*.example.org أو nas.lan:8080.</translation></message>
<message><source>A user agent is one line of plain letters.</source><translation>وكيل المستخدم سطر واحد من الأحرف البسيطة.</translation></message>
<message><source>Write the referrer as https://example.org/page, without a login.</source><translation>اكتب المرجع بالصيغة https://example.org/page دون بيانات دخول.</translation></message>
<message><source>This value cannot be used.</source><translation>لا يمكن استخدام هذه القيمة.</translation></message>
<message><source>{name} may carry a secret, and rules are kept in clear. Logins belong to “Log in…”, cookies to the cookies.txt of the settings, others to the headers of a download.</source><translation>قد تحمل {name} سرًّا، والقواعد تُحفظ بلا تشفير. مكان بيانات الدخول «تسجيل الدخول…»، والكوكيز في ملف cookies.txt في الإعدادات، وغيرها في ترويسات التنزيل.</translation></message>
<message><source>Hosts</source><translation>المضيفون</translation></message>
<message><source>No host has a rule, and nothing was learnt of any yet</source><translation>لا قاعدة لأي مضيف، ولم يُعرف شيء عن أي منهم بعد</translation></message>
<message><source>No host is found</source><translation>لم يُعثر على مضيف</translation></message>
<message><source>Search hosts</source><translation>البحث في المضيفين</translation></message>
<message><source>What you want of single servers, and what was learnt of them. The most specific rule holds.</source><translation>ما تريده من كل خادم، وما عُرف عنه. تسري القاعدة الأكثر تحديدًا.</translation></message>
<message><source>&amp;Add rule…</source><translation>إ&amp;ضافة قاعدة…</translation></message>
<message><source>&amp;Edit rule…</source><translation>&amp;تحرير القاعدة…</translation></message>
<message><source>&amp;Remove rule</source><translation>إ&amp;زالة القاعدة</translation></message>
<message><source>&amp;Forget what was learnt</source><translation>&amp;نسيان ما عُرف</translation></message>
<message><source>Forget a&amp;ll of it</source><translation>نسيان ال&amp;كل</translation></message>
<message><source>Close</source><translation>إغلاق</translation></message>
<message><source>Undo</source><translation>تراجع</translation></message>
<message><source>The rule for {host} is removed.</source><translation>أُزيلت قاعدة {host}.</translation></message>
<message><source>What was learnt of {host} is forgotten.</source><translation>نُسي ما عُرف عن {host}.</translation></message>
<message numerus="yes"><source>What was learnt of %Ln host(s) is forgotten.</source><translation><numerusform>لم يُنسَ شيء.</numerusform><numerusform>نُسي ما عُرف عن مضيف واحد.</numerusform><numerusform>نُسي ما عُرف عن مضيفين.</numerusform><numerusform>نُسي ما عُرف عن %Ln مضيفين.</numerusform><numerusform>نُسي ما عُرف عن %Ln مضيفًا.</numerusform><numerusform>نُسي ما عُرف عن %Ln مضيف.</numerusform></translation></message>
<message><source>directly</source><translation>مباشرة</translation></message>
<message><source>as the system does</source><translation>كما يفعل النظام</translation></message>
<message><source>as the environment says</source><translation>كما تقول البيئة</translation></message>
<message><source>By my Kerberos ticket</source><translation>بتذكرة Kerberos الخاصة بي</translation></message>
<message><source>By password, readably (Basic)</source><translation>بكلمة مرور مقروءة (Basic)</translation></message>
<message><source>Holds for {host} and all hosts below it, together.</source><translation>تسري على {host} وكل المضيفين تحته معًا.</translation></message>
<message><source>Holds for {host} alone.</source><translation>تسري على {host} وحده.</translation></message>
<message><source>nothing special</source><translation>لا شيء خاص</translation></message>
<message><source>as {host}</source><translation>مثل {host}</translation></message>
<message numerus="yes"><source>%Ln connection(s)</source><translation><numerusform>لا اتصالات</numerusform><numerusform>اتصال واحد</numerusform><numerusform>اتصالان</numerusform><numerusform>%Ln اتصالات</numerusform><numerusform>%Ln اتصالًا</numerusform><numerusform>%Ln اتصال</numerusform></translation></message>
<message numerus="yes"><source>%Ln per download</source><translation><numerusform>لا شيء لكل تنزيل</numerusform><numerusform>واحد لكل تنزيل</numerusform><numerusform>اثنان لكل تنزيل</numerusform><numerusform>%Ln لكل تنزيل</numerusform><numerusform>%Ln لكل تنزيل</numerusform><numerusform>%Ln لكل تنزيل</numerusform></translation></message>
<message><source>pause of {seconds} s</source><translation>فاصل {seconds} ث</translation></message>
<message><source>referrer</source><translation>مرجع</translation></message>
<message numerus="yes"><source>%Ln header(s)</source><translation><numerusform>لا ترويسات</numerusform><numerusform>ترويسة واحدة</numerusform><numerusform>ترويستان</numerusform><numerusform>%Ln ترويسات</numerusform><numerusform>%Ln ترويسة</numerusform><numerusform>%Ln ترويسة</numerusform></translation></message>
<message><source>by {proxy}</source><translation>عبر {proxy}</translation></message>
<message><source>no ranges</source><translation>بلا نطاقات</translation></message>
<message numerus="yes"><source>%Ln connection(s) helped a download</source><translation><numerusform>لم يُفد أي اتصال تنزيلًا</numerusform><numerusform>أفاد اتصال واحد تنزيلًا</numerusform><numerusform>أفاد اتصالان تنزيلًا</numerusform><numerusform>أفادت %Ln اتصالات تنزيلًا</numerusform><numerusform>أفاد %Ln اتصالًا تنزيلًا</numerusform><numerusform>أفاد %Ln اتصال تنزيلًا</numerusform></translation></message>
<message numerus="yes"><source>bore %Ln connection(s) when it refused more</source><translation><numerusform>لم يتحمل أي اتصال حين رفض المزيد</numerusform><numerusform>تحمل اتصالًا واحدًا حين رفض المزيد</numerusform><numerusform>تحمل اتصالين حين رفض المزيد</numerusform><numerusform>تحمل %Ln اتصالات حين رفض المزيد</numerusform><numerusform>تحمل %Ln اتصالًا حين رفض المزيد</numerusform><numerusform>تحمل %Ln اتصال حين رفض المزيد</numerusform></translation></message>
<message><source>its tags change although files do not</source><translation>تتغير وسومه مع أن الملفات لا تتغير</translation></message>
<message><source>answered a range wrongly ({when})</source><translation>أجاب عن نطاق خطأً ({when})</translation></message>
<message><source>asks to be left alone for {time}</source><translation>يطلب تركه وشأنه مدة {time}</translation></message>
<message><source>asked to be left alone until {when}</source><translation>طلب تركه وشأنه حتى {when}</translation></message>
</context>
<context>
<name>Hours</name>
<message><source>Hours of the week</source><translation>ساعات الأسبوع</translation></message>
<message><source>marked</source><translation>محدَّدة</translation></message>
<message><source>not marked</source><translation>غير محدَّدة</translation></message>
</context>
<context>
<name>Limit</name>
<message><source>Speed limit</source><translation>حد السرعة</translation></message>
<message><source>Limit</source><translation>تقييد</translation></message>
<message><source>All downloads together take at most</source><translation>أقصى سرعة للتنزيلات مجتمعة</translation></message>
<message><source>Speed limit in megabytes per second</source><translation>حد السرعة بالميغابايت في الثانية</translation></message>
<message><source> MB/s</source><translation> MB/s</translation></message>
</context>
<context>
<name>List</name>
<message><source>High</source><translation>عالية</translation></message>
<message><source>Normal</source><translation>عادية</translation></message>
<message><source>Low</source><translation>منخفضة</translation></message>
<message><source>Main queue</source><translation>الرئيسية</translation></message>
<message><source>{checksum} verified</source><translation>{checksum} متحقق منه</translation></message>
<message><source>{checksum} expected</source><translation>{checksum} متوقع</translation></message>
<message><source>Name</source><translation>الاسم</translation></message>
<message><source>Progress</source><translation>التقدم</translation></message>
<message><source>Size</source><translation>الحجم</translation></message>
<message><source>Speed</source><translation>السرعة</translation></message>
<message><source>Time left</source><translation>الوقت المتبقي</translation></message>
<message><source>Added</source><translation>أُضيف</translation></message>
<message><source>Finished</source><translation>اكتمل</translation></message>
<message><source>Host</source><translation>المضيف</translation></message>
<message><source>Folder</source><translation>المجلد</translation></message>
<message><source>Category</source><translation>الفئة</translation></message>
<message><source>Queue</source><translation>قائمة الانتظار</translation></message>
<message><source>Priority</source><translation>الأولوية</translation></message>
<message><source>Average speed</source><translation>متوسط السرعة</translation></message>
<message><source>Connections</source><translation>الاتصالات</translation></message>
<message><source>Checksum</source><translation>المجموع الاختباري</translation></message>
<message><source>Limit</source><translation>الحد</translation></message>
<message><source>{first}. {second}</source><extracomment>The two lines of the empty list, for screen readers</extracomment><translation>{first}. {second}</translation></message>
<message><source>Which downloads to show</source><translation>التنزيلات المراد عرضها</translation></message>
<message><source>Release queue</source><translation>إلغاء تعليق قائمة الانتظار</translation></message>
<message><source>Hold queue</source><translation>تعليق قائمة الانتظار</translation></message>
<message><source>Queue options…</source><translation>خيارات قائمة الانتظار…</translation></message>
<message><source>Rename queue…</source><translation>إعادة تسمية قائمة الانتظار…</translation></message>
<message><source>Remove queue</source><translation>إزالة قائمة الانتظار</translation></message>
<message><source>Change categories…</source><translation>تغيير الفئات…</translation></message>
<message><source>Add queue…</source><translation>إضافة قائمة انتظار…</translation></message>
<message><source>Columns</source><translation>الأعمدة</translation></message>
<message><source>Show all</source><translation>إظهار الكل</translation></message>
<message><source>Fit to content</source><translation>ملاءمة المحتوى</translation></message>
<message><source>Usual columns</source><translation>الأعمدة المعتادة</translation></message>
<message><source>Sort by</source><translation>فرز حسب</translation></message>
<message><source>Sort in queue order</source><translation>الفرز بترتيب قائمة الانتظار</translation></message>
<message><source>Pause</source><translation>إيقاف مؤقت</translation></message>
<message><source>Resume</source><translation>استئناف</translation></message>
<message><source>Try again</source><translation>إعادة المحاولة</translation></message>
<message><source>Try now</source><translation>المحاولة الآن</translation></message>
<message><source>Paste a new link</source><translation>لصق رابط جديد</translation></message>
<message><source>Log in</source><translation>تسجيل الدخول</translation></message>
<message><source>Show the certificate</source><translation>إظهار الشهادة</translation></message>
<message><source>Give its cookies again</source><translation>إعطاء ملفات الكوكي من جديد</translation></message>
<message><source>Show the host key</source><translation>إظهار مفتاح المضيف</translation></message>
<message><source>End recording and keep it</source><translation>إنهاء التسجيل والاحتفاظ به</translation></message>
<message><source>Open</source><translation>فتح</translation></message>
<message><source>Download again</source><translation>إعادة التنزيل</translation></message>
<message><source>Show in folder</source><translation>إظهار في المجلد</translation></message>
<message><source>Sort in queue order to arrange rows by dragging</source><translation>افرز بترتيب قائمة الانتظار لترتيب الصفوف بالسحب</translation></message>
<message><source>Categories</source><translation>الفئات</translation></message>
<message><source>Queues</source><translation>قوائم الانتظار</translation></message>
<message><source>Watched</source><translation>المراقَبة</translation></message>
<message><source>{section}, folded</source><translation>{section}، مطوية</translation></message>
<message><source>{section}, open</source><translation>{section}، مفتوحة</translation></message>
<message><source>{group}, held, {downloads}</source><translation>{group}، معلّقة، {downloads}</translation></message>
<message><source>{group}, {downloads}: {why}</source><extracomment>What a line of the sidebar says, such as "Night, 3 downloads: Waiting for the hours of its queue"</extracomment><translation>{group}، {downloads}: {why}</translation></message>
<message><source>{group}, {downloads}</source><extracomment>What a line of the sidebar says, such as "Paused, 3 downloads"</extracomment><translation>{group}، {downloads}</translation></message>
<message><source>Click to sort, Shift+click to sort by several columns</source><translation>انقر للفرز، واضغط Shift مع النقر للفرز بعدة أعمدة</translation></message>
<message><source>{column}, sorted downwards</source><translation>{column}، فرز تنازلي</translation></message>
<message><source>{column}, sorted upwards</source><translation>{column}، فرز تصاعدي</translation></message>
<message><source>Downloads</source><translation>التنزيلات</translation></message>
</context>
<context>
<name>Lists</name>
<message><source>{name} could not be written: {why}</source><translation>تعذرت كتابة {name}: {why}</translation></message>
<message><source>Lists ({endings})</source><translation>قوائم ({endings})</translation></message>
<message><source>Open lists</source><translation>فتح قوائم</translation></message>
<message><source>All files (*)</source><translation>كل الملفات (*)</translation></message>
<message><source>Export the list</source><translation>تصدير القائمة</translation></message>
<message><source>Unfinished files ({endings})</source><translation>ملفات غير مكتملة ({endings})</translation></message>
<message><source>Take over an unfinished file</source><translation>تولي ملف غير مكتمل</translation></message>
<message numerus="yes"><source>%Ln download(s) exported to {name}</source><translation><numerusform>لم يُصدَّر أي تنزيل إلى {name}</numerusform><numerusform>صُدِّر تنزيل واحد إلى {name}</numerusform><numerusform>صُدِّر تنزيلان إلى {name}</numerusform><numerusform>صُدِّرت %Ln تنزيلات إلى {name}</numerusform><numerusform>صُدِّر %Ln تنزيلًا إلى {name}</numerusform><numerusform>صُدِّر %Ln تنزيل إلى {name}</numerusform></translation></message>
<message><source>The file cannot be read</source><translation>تعذرت قراءة الملف</translation></message>
</context>
<context>
<name>Live</name>
<message><source>Lines of the file</source><translation>أسطر الملف</translation></message>
<message><source>The expression takes too long on some lines; find a simpler one</source><translation>يستغرق التعبير وقتًا طويلًا في بعض الأسطر، فجرّب تعبيرًا أبسط</translation></message>
<message><source>Paused</source><translation>متوقف مؤقتًا</translation></message>
<message><source>To the end</source><translation>إلى النهاية</translation></message>
<message><source>Show anyway</source><translation>إظهار على أي حال</translation></message>
<message><source>Not a regular expression, at character {place}: {what}</source><translation>تعبير نمطي غير صالح عند المحرف {place}: {what}</translation></message>
<message><source>Find in the lines</source><translation>البحث في الأسطر</translation></message>
<message><source>Aa</source><extracomment>A button that tells capital letters from small ones</extracomment><translation>Aa</translation></message>
<message><source>Match case</source><extracomment>A button that tells capital letters from small ones</extracomment><translation>مطابقة حالة الأحرف</translation></message>
<message><source>Regular expression</source><extracomment>A button that tells capital letters from small ones</extracomment><translation>تعبير نمطي</translation></message>
<message><source>Only matching lines</source><extracomment>A button that tells capital letters from small ones</extracomment><translation>الأسطر المطابقة فقط</translation></message>
<message><source>Show only matching lines</source><extracomment>A button that tells capital letters from small ones</extracomment><translation>إظهار الأسطر المطابقة فقط</translation></message>
<message><source>Show from the beginning</source><translation>العرض من البداية</translation></message>
<message><source>Wrap long lines</source><translation>التفاف الأسطر الطويلة</translation></message>
<message><source>Clear the view</source><translation>مسح العرض</translation></message>
<message><source>Automatic</source><translation>تلقائي</translation></message>
<message><source>Stop saving</source><translation>إيقاف الحفظ</translation></message>
<message><source>Save matches as…</source><translation>حفظ المطابقات باسم…</translation></message>
<message><source>Save all matching lines of the file so far as…</source><translation>حفظ كل أسطر الملف المطابقة حتى الآن باسم…</translation></message>
<message><source>Go on showing new lines</source><translation>متابعة عرض الأسطر الجديدة</translation></message>
<message><source>Pause the view</source><translation>إيقاف العرض مؤقتًا</translation></message>
<message><source>Encoding: {name}</source><translation>الترميز: {name}</translation></message>
<message><source>Encoding: automatic, {name}</source><translation>الترميز: تلقائي، {name}</translation></message>
<message><source>{name} matches.txt</source><translation>مطابقات {name}.txt</translation></message>
<message><source>Save matches</source><translation>حفظ المطابقات</translation></message>
<message><source>Saving to {name}…</source><translation>الحفظ في {name}…</translation></message>
<message><source>{name} is the download itself; choose another name</source><translation>الملف {name} هو التنزيل نفسه، فاختر اسمًا آخر</translation></message>
<message><source>{name} could not be saved</source><translation>تعذر حفظ {name}</translation></message>
<message><source>Nothing was saved</source><translation>لم يُحفظ شيء</translation></message>
<message numerus="yes"><source>%Ln line(s) saved to {name}</source><translation><numerusform>لم تُحفظ أسطر في {name}</numerusform><numerusform>حُفظ سطر واحد في {name}</numerusform><numerusform>حُفظ سطران في {name}</numerusform><numerusform>حُفظت %Ln أسطر في {name}</numerusform><numerusform>حُفظ %Ln سطرًا في {name}</numerusform><numerusform>حُفظ %Ln سطر في {name}</numerusform></translation></message>
<message><source>{size} before this are not shown</source><translation>لا تُعرض {size} قبل هذا</translation></message>
<message><source>{size} came too fast to be shown</source><translation>وصلت {size} أسرع من أن تُعرض</translation></message>
<message><source>The file was begun anew</source><translation>بدأ الملف من جديد</translation></message>
<message><source>The recording goes on in the next file</source><translation>يستمر التسجيل في الملف التالي</translation></message>
<message><source>Unicode (UTF-8)</source><translation>يونيكود (UTF-8)</translation></message>
<message><source>Unicode (UTF-16)</source><translation>يونيكود (UTF-16)</translation></message>
<message><source>Western European (Windows-1252)</source><translation>أوروبا الغربية (Windows-1252)</translation></message>
<message><source>Western European (ISO-8859-15)</source><translation>أوروبا الغربية (ISO-8859-15)</translation></message>
<message><source>Central European (Windows-1250)</source><translation>أوروبا الوسطى (Windows-1250)</translation></message>
<message><source>Cyrillic (Windows-1251)</source><translation>السيريلية (Windows-1251)</translation></message>
<message><source>Cyrillic (KOI8-R)</source><translation>السيريلية (KOI8-R)</translation></message>
<message><source>Greek (Windows-1253)</source><translation>اليونانية (Windows-1253)</translation></message>
<message><source>Turkish (Windows-1254)</source><translation>التركية (Windows-1254)</translation></message>
<message><source>Hebrew (Windows-1255)</source><translation>العبرية (Windows-1255)</translation></message>
<message><source>Arabic (Windows-1256)</source><translation>العربية (Windows-1256)</translation></message>
<message><source>Japanese (Shift JIS)</source><translation>اليابانية (Shift JIS)</translation></message>
<message><source>Japanese (EUC-JP)</source><translation>اليابانية (EUC-JP)</translation></message>
<message><source>Simplified Chinese (GB18030)</source><translation>الصينية المبسطة (GB18030)</translation></message>
<message><source>Traditional Chinese (Big5)</source><translation>الصينية التقليدية (Big5)</translation></message>
<message><source>Korean (EUC-KR)</source><translation>الكورية (EUC-KR)</translation></message>
<message><source>The file is not there</source><translation>الملف غير موجود</translation></message>
<message><source>This file is not text</source><translation>هذا الملف ليس نصًا</translation></message>
<message><source>Waiting for the next line</source><translation>بانتظار السطر التالي</translation></message>
<message><source>There is no line to show</source><translation>لا سطر لعرضه</translation></message>
<message><source>The file cannot be read</source><translation>تعذرت قراءة الملف</translation></message>
<message numerus="yes"><source>%Ln line(s)</source><translation><numerusform>لا أسطر</numerusform><numerusform>سطر واحد</numerusform><numerusform>سطران</numerusform><numerusform>%Ln أسطر</numerusform><numerusform>%Ln سطرًا</numerusform><numerusform>%Ln سطر</numerusform></translation></message>
<message numerus="yes"><source>%Ln new line(s)</source><translation><numerusform>لا أسطر جديدة</numerusform><numerusform>سطر جديد</numerusform><numerusform>سطران جديدان</numerusform><numerusform>%Ln أسطر جديدة</numerusform><numerusform>%Ln سطرًا جديدًا</numerusform><numerusform>%Ln سطر جديد</numerusform></translation></message>
<message numerus="yes"><source>%Ln matching line(s)</source><translation><numerusform>لا أسطر مطابقة</numerusform><numerusform>سطر مطابق</numerusform><numerusform>سطران مطابقان</numerusform><numerusform>%Ln أسطر مطابقة</numerusform><numerusform>%Ln سطرًا مطابقًا</numerusform><numerusform>%Ln سطر مطابق</numerusform></translation></message>
<message><source>Choose a download to see its text as it arrives</source><translation>اختر تنزيلًا لعرض نصه أثناء وصوله</translation></message>
<message><source>Nothing has arrived yet</source><translation>لم يصل شيء بعد</translation></message>
<message><source>No line matches</source><translation>لا سطر مطابق</translation></message>
</context>
<context>
<name>Login</name>
<message><source>Log in</source><translation>تسجيل الدخول</translation></message>
<message><source>&amp;Keep it in the system's keyring</source><translation>ا&amp;حفظه في سلسلة مفاتيح النظام</translation></message>
<message><source>&amp;User name</source><translation>اسم ال&amp;مستخدم</translation></message>
<message><source>&amp;Password, or token</source><translation>&amp;كلمة المرور أو الرمز</translation></message>
<message><source>The login before was refused.</source><translation>رُفض الدخول السابق.</translation></message>
<message><source>Install this first, in a terminal</source><translation>ثبّت هذا أولًا في طرفية</translation></message>
<message><source>Type a name and a password, or a token.</source><translation>اكتب اسمًا وكلمة مرور، أو رمزًا.</translation></message>
<message><source>There are too many rules for hosts.</source><translation>قواعد المضيفين كثيرة جدًا.</translation></message>
<message><source>The keyring does not keep the login; it is used until Headrace ends.</source><translation>لا تحفظ سلسلة المفاتيح هذا الدخول؛ يُستعمل حتى ينتهي Headrace.</translation></message>
<message><source>The server {place} asks for a login.</source><translation>يطلب الخادم {place} تسجيل الدخول.</translation></message>
<message><source>A login for {place}, for all downloads from there.</source><translation>بيانات دخول إلى {place} لكل التنزيلات من هناك.</translation></message>
<message><source>The proxy {place} asks for a login.</source><translation>يطلب الوكيل {place} تسجيل الدخول.</translation></message>
<message><source>Your Kerberos ticket could not be used: {why}.</source><translation>تعذّر استخدام تذكرة Kerberos الخاصة بك: {why}.</translation></message>
<message numerus="yes"><source>%Ln download(s) wait for it.</source><translation><numerusform>لا تنزيل ينتظره.</numerusform><numerusform>تنزيل واحد ينتظره.</numerusform><numerusform>تنزيلان ينتظرانه.</numerusform><numerusform>%Ln تنزيلات تنتظره.</numerusform><numerusform>%Ln تنزيلًا ينتظره.</numerusform><numerusform>%Ln تنزيل ينتظره.</numerusform></translation></message>
<message><source>Others on the way may read it, unless the server offers TLS.</source><translation>قد يقرأه آخرون في الطريق، ما لم يوفّر الخادم TLS.</translation></message>
<message><source>The connection is not encrypted: others on the way may read it.</source><translation>الاتصال غير مشفَّر: قد يقرأه آخرون في الطريق.</translation></message>
<message><source>Show my Kerberos &amp;ticket to {host}</source><translation>إظهار &amp;تذكرة Kerberos الخاصة بي إلى {host}</translation></message>
<message><source>Send the password &amp;readably (Basic), though safer ways are offered</source><translation>إرسال كلمة المرور م&amp;قروءة (Basic) رغم توفر طرق أكثر أمانًا</translation></message>
</context>
<context>
<name>Names</name>
<message><source>Write a name.</source><translation>اكتب اسمًا.</translation></message>
<message><source>A name has no slashes. The folder is chosen apart from it.</source><translation>لا شرطات مائلة في الاسم. المجلد يُختار على حدة.</translation></message>
<message><source>The name holds a character that cannot be seen.</source><translation>في الاسم محرف لا يُرى.</translation></message>
<message><source>A name cannot hold any of &lt; &gt; : " | ? *</source><translation>لا يجوز في الاسم أي من &lt; &gt; : " | ? *</translation></message>
<message><source>A name cannot end with a dot or a space.</source><translation>لا يجوز أن ينتهي الاسم بنقطة أو مسافة.</translation></message>
<message><source>Windows keeps this name for itself. Put _ before it.</source><translation>يحتفظ Windows بهذا الاسم لنفسه. ضع _ قبله.</translation></message>
<message><source>The name is too long. 255 bytes are the most a disk takes.</source><translation>الاسم طويل جدًا. يقبل القرص 255 بايتًا على الأكثر.</translation></message>
</context>
<context>
<name>Notices</name>
<message><source>fetched anew: the file on the server had changed</source><translation>نُزِّل من جديد: تغيّر الملف على الخادم</translation></message>
<message><source>fetched anew: the server cannot resume safely</source><translation>نُزِّل من جديد: الخادم لا يستأنف بأمان</translation></message>
<message><source>fetched anew: the unfinished file was missing or changed</source><translation>نُزِّل من جديد: الملف غير المكتمل مفقود أو متغير</translation></message>
<message><source>length unknown</source><translation>الطول غير معروف</translation></message>
<message><source>skipped, a file of that name was there already</source><translation>لم يُنزَّل، لوجود ملف بهذا الاسم</translation></message>
<message><source>joins compared, the server names no version</source><translation>قورنت مواضع الوصل، فالخادم لا يحدد إصدارًا</translation></message>
<message><source>altered blocks on disk fetched again</source><translation>نُزِّلت مجددًا كتل تغيرت على القرص</translation></message>
<message><source>saved as it came, though labelled compressed</source><translation>حُفظ كما وصل، مع أنه معلَّم كمضغوط</translation></message>
<message><source>the server calls it another kind of file</source><translation>الخادم يعدّه نوعًا آخر من الملفات</translation></message>
<message><source>misleading characters removed from the name</source><translation>أُزيلت محارف مضللة من الاسم</translation></message>
<message><source>checksum shows accidents, not forgeries</source><translation>المجموع الاختباري يكشف الأخطاء العارضة لا التزوير</translation></message>
<message><source>one address was given up</source><translation>تم التخلّي عن أحد العناوين</translation></message>
<message><source>the disk cannot set room aside</source><translation>لا يستطيع القرص حجز مساحة</translation></message>
<message><source>the feed was interrupted</source><translation>انقطع البث</translation></message>
<message><source>ended on request</source><translation>أُنهي عند الطلب</translation></message>
<message><source>not marked with its origin</source><translation>لم يُعلَّم بمصدره</translation></message>
<message><source>fetched anew: what another program had left was not right</source><translation>جُلب من جديد: ما تركه برنامج آخر لم يكن صحيحًا</translation></message>
<message><source>partly another program's, compared in samples</source><translation>بعضه من برنامج آخر، قورن بعينات</translation></message>
</context>
<context>
<name>Outcome</name>
<message><source>{name} is right, proved by {proof}</source><translation>ثبتت صحة {name}، والدليل: {proof}</translation></message>
<message><source>{name} has the right size; nothing more is known of it</source><translation>حجم {name} صحيح، ولا يُعرف عنه غير ذلك</translation></message>
<message><source>{name} is not the file any more that was downloaded</source><translation>اختلف {name} عن الملف الذي نُزِّل</translation></message>
<message><source>{name} is no longer in {folder}</source><translation>لم يعد {name} موجودًا في {folder}</translation></message>
<message><source>{name} cannot be read</source><translation>تعذرت قراءة {name}</translation></message>
<message><source>Nothing is known of {name} to compare it with</source><translation>لا يُعرف عن {name} شيء يُقارن به</translation></message>
<message><source>{name} was not read to its end</source><translation>لم يُقرأ {name} حتى نهايته</translation></message>
<message><source>{name}: {what}. {advice}</source><translation>{name}: {what}. {advice}</translation></message>
<message><source>Renamed to {name}</source><translation>أُعيدت التسمية إلى {name}</translation></message>
<message><source>{name} is in {folder} now</source><translation>أصبح {name} في {folder}</translation></message>
<message><source>{sentence}: it differs from byte {start} on</source><translation>{sentence}: يبدأ الاختلاف من البايت {start}</translation></message>
<message><source>the digests Headrace kept of it</source><translation>بصماته التي احتفظ بها Headrace</translation></message>
</context>
<context>
<name>Properties</name>
<message><source>As in the settings</source><translation>كما في الإعدادات</translation></message>
<message><source>Nothing</source><translation>لا شيء</translation></message>
<message><source>Open it</source><translation>فتحه</translation></message>
<message><source>Extract it</source><translation>استخراجه</translation></message>
<message><source>Extract it and open the folder</source><translation>استخراجه وفتح المجلد</translation></message>
<message><source>Extract it, then the archive goes to the trash</source><translation>استخراجه ثم نقل الأرشيف إلى المهملات</translation></message>
<message><source>Play a sound</source><translation>تشغيل صوت</translation></message>
<message><source>When it is &amp;there</source><translation>&amp;عند اكتماله</translation></message>
<message><source>Write the proxy as http://proxy.example:3128, or “direct” for none.</source><translation>اكتب الوكيل هكذا http://proxy.example:3128 أو ”direct“ لعدم استعماله.</translation></message>
<message><source>Write each header as Name: value. Headrace itself sets Range, Host and the like.</source><translation>اكتب كل ترويسة بالصيغة Name: value. يضبط Headrace بنفسه Range وHost وما شابه.</translation></message>
<message><source>High</source><translation>عالية</translation></message>
<message><source>Normal</source><translation>عادية</translation></message>
<message><source>Low</source><translation>منخفضة</translation></message>
<message><source>Properties</source><translation>الخصائص</translation></message>
<message><source>Apply</source><translation>تطبيق</translation></message>
<message><source>No limit of its own</source><translation>بلا حد خاص به</translation></message>
<message><source>By type</source><translation>حسب النوع</translation></message>
<message><source>Main queue</source><translation>الرئيسية</translation></message>
<message><source>such as sha256:…</source><translation>مثل sha256:…</translation></message>
<message><source>unchanged</source><translation>دون تغيير</translation></message>
<message><source>&amp;Category</source><translation>الف&amp;ئة</translation></message>
<message><source>C&amp;onnections at most</source><translation>أقصى عدد للات&amp;صالات</translation></message>
<message><source>Speed &amp;limit</source><translation>&amp;حد السرعة</translation></message>
<message><source>&amp;Priority</source><translation>الأ&amp;ولوية</translation></message>
<message><source>&amp;Queue</source><translation>قائمة الا&amp;نتظار</translation></message>
<message><source>Expected c&amp;hecksum</source><translation>المجموع الا&amp;ختباري المتوقع</translation></message>
<message><source>Pro&amp;xy</source><translation>الو&amp;كيل</translation></message>
<message><source>Coo&amp;kies</source><translation>ملفات ال&amp;كوكي</translation></message>
<message><source>&amp;Request headers, one a line</source><translation>&amp;ترويسات الطلب، واحدة في كل سطر</translation></message>
<message><source>Various: left as they are</source><translation>مختلفة: تُترك كما هي</translation></message>
<message><source>This is not a checksum. Write it as sha256: and 64 digits from 0 to f.</source><translation>هذا ليس مجموعًا اختباريًا. اكتبه بالصيغة sha256: ثم 64 خانة من 0 إلى f.</translation></message>
<message><source>This value cannot be used.</source><translation>لا يمكن استخدام هذه القيمة.</translation></message>
</context>
<context>
<name>Questions</name>
<message><source>Delete for good</source><translation>حذف نهائي</translation></message>
<message><source>What is deleted so does not go to the trash.</source><translation>ما يُحذف هكذا لا ينتقل إلى سلة المهملات.</translation></message>
<message><source>Delete</source><translation>حذف</translation></message>
<message><source>Cancel</source><translation>إلغاء</translation></message>
<message><source>Delete “{name}” for good?</source><translation>أتريد حذف «{name}» نهائيًا؟</translation></message>
<message numerus="yes"><source>Delete %Ln download(s) with their files for good?</source><translation><numerusform>أتريد الحذف نهائيًا؟</numerusform><numerusform>أتريد حذف تنزيل واحد مع ملفه نهائيًا؟</numerusform><numerusform>أتريد حذف تنزيلين مع ملفيهما نهائيًا؟</numerusform><numerusform>أتريد حذف %Ln تنزيلات مع ملفاتها نهائيًا؟</numerusform><numerusform>أتريد حذف %Ln تنزيلًا مع ملفاتها نهائيًا؟</numerusform><numerusform>أتريد حذف %Ln تنزيل مع ملفاتها نهائيًا؟</numerusform></translation></message>
<message><source>About Headrace</source><translation>حول Headrace</translation></message>
<message><source>A download manager that proves every byte it writes.</source><translation>مدير تنزيلات يثبت صحة كل بايت يكتبه.</translation></message>
<message><source>Close</source><translation>إغلاق</translation></message>
</context>
<context>
<name>Queues</name>
<message><source>Queue options</source><translation>خيارات قائمة الانتظار</translation></message>
<message><source>Apply</source><translation>تطبيق</translation></message>
<message><source>Speed &amp;limit</source><translation>&amp;حد السرعة</translation></message>
<message><source>Downloads at &amp;once</source><translation>التنزيلات المت&amp;زامنة</translation></message>
<message><source>Starts downloads, and stops them &amp;after</source><translation>تبدأ التنزيلات ثم توقفها &amp;بعدها</translation></message>
<message><source>&amp;Folder</source><translation>الم&amp;جلد</translation></message>
<message><source>No limit of its own</source><translation>بلا حد خاص به</translation></message>
<message><source>As many as in all</source><translation>بقدر المجموع</translation></message>
<message><source>The folder for downloads</source><translation>مجلد التنزيلات</translation></message>
<message><source>Hours</source><translation>الساعات</translation></message>
<message><source>Write the whole path of the folder, from the root.</source><translation>اكتب المسار الكامل للمجلد، بدءًا من الجذر.</translation></message>
<message><source>Name of the queue</source><translation>اسم قائمة الانتظار</translation></message>
<message><source>Add queue</source><translation>إضافة قائمة انتظار</translation></message>
<message><source>Rename queue</source><translation>إعادة تسمية قائمة الانتظار</translation></message>
<message><source>Removed the queue {queue}</source><translation>أُزيلت قائمة الانتظار {queue}</translation></message>
<message><source>Undo</source><translation>تراجع</translation></message>
<message numerus="yes"><source>%Ln download(s) moved to {place}</source><translation><numerusform>لم يُنقل شيء إلى «{place}»</numerusform><numerusform>نُقل تنزيل واحد إلى «{place}»</numerusform><numerusform>نُقل تنزيلان إلى «{place}»</numerusform><numerusform>نُقلت %Ln تنزيلات إلى «{place}»</numerusform><numerusform>نُقل %Ln تنزيلًا إلى «{place}»</numerusform><numerusform>نُقل %Ln تنزيل إلى «{place}»</numerusform></translation></message>
</context>
<context>
<name>Readdress</name>
<message><source>Change address</source><translation>تغيير العنوان</translation></message>
<message><source>Go on from there</source><translation>المتابعة من هناك</translation></message>
<message><source>New address of {name}</source><translation>العنوان الجديد لـ {name}</translation></message>
<message><source>Open the server's page in the browser</source><translation>فتح صفحة الخادم في المتصفح</translation></message>
<message><source>This is not an address. It begins with https:// or http://.</source><translation>هذا ليس عنوانًا. يبدأ العنوان بـ https:// أو http://.</translation></message>
<message><source>This download runs or is done already, or another one has this address.</source><translation>هذا التنزيل قيد التشغيل أو اكتمل بالفعل، أو لتنزيل آخر هذا العنوان نفسه.</translation></message>
<message><source>Paste a fresh link to the same file.</source><translation>الصق رابطًا جديدًا للملف نفسه.</translation></message>
<message><source>Paste a fresh link to the same file. The {size} that are here stay; they are compared with what the new address has before anything is added to them.</source><translation>الصق رابطًا جديدًا للملف نفسه. ما وصل ({size}) يبقى، ويُقارن بما في العنوان الجديد قبل إضافة أي شيء إليه.</translation></message>
</context>
<context>
<name>Relocate</name>
<message><source>Move to another folder</source><translation>نقل إلى مجلد آخر</translation></message>
<message><source>Move</source><translation>نقل</translation></message>
<message><source>What has arrived goes along, and downloads that run go on there.</source><translation>ينتقل معه ما وصل، وتتابع التنزيلات الجارية هناك.</translation></message>
<message><source>Write the whole path of a folder.</source><translation>اكتب المسار الكامل لمجلد.</translation></message>
<message><source>New folder of {what}</source><translation>المجلد الجديد لـ {what}</translation></message>
</context>
<context>
<name>Rename</name>
<message><source>Name of the file</source><translation>اسم الملف</translation></message>
<message><source>This name cannot be used.</source><translation>لا يمكن استخدام هذا الاسم.</translation></message>
<message><source>Rename</source><translation>إعادة التسمية</translation></message>
</context>
<context>
<name>Rules</name>
<message><source>There is no {part}. There are {fields}.</source><translation>لا يوجد {part}. المتاح: {fields}.</translation></message>
<message><source>Behind a colon there is only the form of a date, such as {example}.</source><translation>بعد النقطتين لا يأتي إلا شكل تاريخ، مثل {example}.</translation></message>
<message><source>A brace is open, or there is one too many.</source><translation>هناك قوس معقوف مفتوح، أو قوس زائد.</translation></message>
<message><source>{path} stands for several folders: write it alone between two slashes.</source><translation>{path} يمثّل عدة مجلدات: اكتبه وحده بين شرطتين مائلتين.</translation></message>
<message><source>Write a whole path, or folders below the one for downloads.</source><translation>اكتب مسارًا كاملًا، أو مجلدات داخل مجلد التنزيلات.</translation></message>
<message><source>Not every system can have a folder called “{part}”.</source><translation>لا يمكن لكل الأنظمة أن يكون فيها مجلد باسم «{part}».</translation></message>
<message><source>{counter} numbers files, and can be no part of a folder.</source><translation>يرقّم {counter} الملفات، ولا يمكن أن يكون جزءًا من مجلد.</translation></message>
<message><source>A name holds no slashes. Folders belong into the field above.</source><translation>لا يحتوي الاسم على شرطات مائلة. مكان المجلدات في الحقل أعلاه.</translation></message>
<message><source>Without a field such as {name} all files would have the same name.</source><translation>من دون حقل مثل {name} ستحمل كل الملفات الاسم نفسه.</translation></message>
<message><source>A regular expression has {number} characters at most.</source><translation>لا يزيد التعبير النمطي على {number} محرفًا.</translation></message>
<message><source>This is no regular expression: {part}</source><translation>هذا ليس تعبيرًا نمطيًا: {part}</translation></message>
<message><source>There is a {part} already. Give the group another name.</source><translation>يوجد {part} بالفعل. أعطِ المجموعة اسمًا آخر.</translation></message>
<message><source>This expression may take too long. Let no two ways of a repeat fit the same text, as in {example}.</source><translation>قد يستغرق هذا التعبير وقتًا طويلًا. لا تدع طريقين في تكرار واحد يطابقان النص نفسه، كما في {example}.</translation></message>
<message><source>Rule {number}</source><translation>القاعدة {number}</translation></message>
<message><source>everything</source><translation>كل شيء</translation></message>
<message><source>the folder for downloads</source><translation>مجلد التنزيلات</translation></message>
<message><source>{what} → {where}</source><translation>{what} ← {where}</translation></message>
<message><source>Change {name}</source><translation>تغيير {name}</translation></message>
<message><source>Remove {name}</source><translation>إزالة {name}</translation></message>
<message><source>Endings</source><translation>الامتدادات</translation></message>
<message><source>Folder</source><translation>المجلد</translation></message>
<message><source>{name} is removed.</source><translation>أُزيلت {name}.</translation></message>
<message><source>Any</source><translation>أي واحد</translation></message>
<message><source>As it is</source><translation>كما هو</translation></message>
<message><source>Write a size such as 700M or 2GiB.</source><translation>اكتب حجمًا مثل 700M أو 2GiB.</translation></message>
<message><source>Name of the rule</source><translation>اسم القاعدة</translation></message>
<message><source>Types of files</source><translation>أنواع الملفات</translation></message>
<message><source>Servers</source><translation>الخوادم</translation></message>
<message><source>Addresses</source><translation>العناوين</translation></message>
<message><source>Server (regular expression)</source><translation>الخادم (تعبير نمطي)</translation></message>
<message><source>Address (regular expression)</source><translation>العنوان (تعبير نمطي)</translation></message>
<message><source>Name (regular expression)</source><translation>الاسم (تعبير نمطي)</translation></message>
<message><source>Size</source><translation>الحجم</translation></message>
<message><source>Least size</source><translation>أصغر حجم</translation></message>
<message><source>Greatest size</source><translation>أكبر حجم</translation></message>
<message><source>From the queue</source><translation>من قائمة الانتظار</translation></message>
<message><source>File name</source><translation>اسم الملف</translation></message>
<message><source>Category</source><translation>الفئة</translation></message>
<message><source>Queue</source><translation>قائمة الانتظار</translation></message>
<message><source>Priority</source><translation>الأولوية</translation></message>
<message><source>Add paused</source><translation>إضافة متوقفة مؤقتًا</translation></message>
<message><source>Ask the rules below too</source><translation>اسأل القواعد التالية أيضًا</translation></message>
<message><source>{name}: asked</source><translation>{name}: مستخدمة</translation></message>
<message><source>Add rule</source><translation>إضافة قاعدة</translation></message>
<message><source>Folders by type</source><translation>مجلدات حسب النوع</translation></message>
<message><source>A folder each for videos, music, pictures and so on</source><translation>مجلد لكل من الفيديو والموسيقى والصور وغيرها</translation></message>
<message><source>Try an address: where would it go?</source><translation>جرّب عنوانًا: أين سيُحفظ؟</translation></message>
<message><source>This is not an address.</source><translation>هذا ليس عنوانًا.</translation></message>
<message><source>no rule holds</source><translation>لا تنطبق أي قاعدة</translation></message>
<message><source>{path} ({rule})</source><translation>{path} ({rule})</translation></message>
<message><source>Ask {name} earlier</source><translation>اسأل {name} قبل غيرها</translation></message>
<message><source>Ask {name} later</source><translation>اسأل {name} بعد غيرها</translation></message>
</context>
<context>
<name>Settings</name>
<message><source>All files</source><translation>كل الملفات</translation></message>
<message><source>At all hours</source><translation>في كل الساعات</translation></message>
<message><source>No program on this computer opens it.</source><translation>لا برنامج على هذا الحاسوب يفتحه.</translation></message>
<message><source>The keyring did not forget all of them.</source><translation>لم تنسَ سلسلة المفاتيح كلها.</translation></message>
<message numerus="yes"><source>%Ln login(s) forgotten.</source><translation><numerusform>لم يُنسَ شيء.</numerusform><numerusform>نُسي دخول واحد.</numerusform><numerusform>نُسي دخولان.</numerusform><numerusform>نُسيت %Ln بيانات دخول.</numerusform><numerusform>نُسي %Ln دخولًا.</numerusform><numerusform>نُسي %Ln دخول.</numerusform></translation></message>
<message><source>All settings are back to their defaults.</source><translation>عادت كل الإعدادات إلى قيمها الافتراضية.</translation></message>
<message><source>All settings had their defaults already.</source><translation>كل الإعدادات على قيمها الافتراضية أصلًا.</translation></message>
<message><source>Export settings</source><translation>تصدير الإعدادات</translation></message>
<message><source>{file} could not be written: {fault}</source><translation>تعذرت كتابة {file}: {fault}</translation></message>
<message><source>All settings are in {file} now.</source><translation>حُفظت كل الإعدادات في {file}.</translation></message>
<message><source>Import settings</source><translation>استيراد الإعدادات</translation></message>
<message><source>Settings (*.json)</source><translation>الإعدادات (*.json)</translation></message>
<message><source>All files (*)</source><translation>كل الملفات (*)</translation></message>
<message><source>{file} is not a file of settings that Headrace wrote. Nothing was changed.</source><translation>الملف {file} ليس ملف إعدادات من Headrace. لم يتغير شيء.</translation></message>
<message><source>{file} was written by a newer Headrace. Nothing was changed.</source><translation>كُتب {file} بإصدار أحدث من Headrace. لم يتغير شيء.</translation></message>
<message><source>{file} cannot be read. Nothing was changed.</source><translation>تعذرت قراءة {file}. لم يتغير شيء.</translation></message>
<message><source>All settings were already as {file} has them.</source><translation>كل الإعدادات كما في {file} أصلًا.</translation></message>
<message numerus="yes"><source>%Ln setting(s) changed to what {file} has.</source><translation><numerusform>لم يتغير أي إعداد بحسب {file}.</numerusform><numerusform>تغيّر إعداد واحد بحسب {file}.</numerusform><numerusform>تغيّر إعدادان بحسب {file}.</numerusform><numerusform>تغيّرت %Ln إعدادات بحسب {file}.</numerusform><numerusform>تغيّر %Ln إعدادًا بحسب {file}.</numerusform><numerusform>تغيّر %Ln إعداد بحسب {file}.</numerusform></translation></message>
<message><source>Ignored, as there is no such setting: {names}.</source><translation>أُهملت لعدم وجود إعدادات بهذه الأسماء: {names}.</translation></message>
<message><source>Left as they were, as the values cannot be used: {names}.</source><translation>بقيت كما هي لتعذر استخدام قيمها: {names}.</translation></message>
<message><source>Not found on this computer: the folder or file of {names}.</source><translation>لم يُعثر على هذا الحاسوب على المجلد أو الملف المحدد في: {names}.</translation></message>
<message><source>Search settings</source><translation>البحث في الإعدادات</translation></message>
<message><source>Settings</source><translation>الإعدادات</translation></message>
<message><source>This folder cannot be reached.</source><translation>تعذر الوصول إلى هذا المجلد.</translation></message>
<message><source>This is a file, not a folder.</source><translation>هذا ملف، لا مجلد.</translation></message>
<message><source>Main queue</source><translation>الرئيسية</translation></message>
<message><source>This value cannot be used.</source><translation>لا يمكن استخدام هذه القيمة.</translation></message>
<message><source>Like the system</source><translation>حسب النظام</translation></message>
<message><source>Blue</source><translation>أزرق</translation></message>
<message><source>Teal</source><translation>أزرق مخضر</translation></message>
<message><source>Green</source><translation>أخضر</translation></message>
<message><source>Amber</source><translation>كهرماني</translation></message>
<message><source>Orange</source><translation>برتقالي</translation></message>
<message><source>Red</source><translation>أحمر</translation></message>
<message><source>Pink</source><translation>وردي</translation></message>
<message><source>Violet</source><translation>بنفسجي</translation></message>
<message><source>Another colour…</source><translation>لون آخر…</translation></message>
<message><source>{setting}: {choice}</source><translation>{setting}: {choice}</translation></message>
<message><source>Accent colour</source><translation>لون التمييز</translation></message>
<message><source>Programs made for aria2</source><translation>برامج مصنوعة لـ aria2</translation></message>
<message><source>Who may come in</source><translation>من يمكنه الدخول</translation></message>
<message><source>Let other programs use Headrace</source><translation>السماح للبرامج الأخرى باستخدام Headrace</translation></message>
<message><source>AriaNg, browser extensions and scripts made for aria2 work with it. They need the token below.</source><translation>يعمل معه AriaNg وإضافات المتصفح والنصوص البرمجية المصنوعة لـ aria2. تحتاج إلى الرمز أدناه.</translation></message>
<message><source>aria2, RPC, JSON-RPC, WebSocket, remote control, API, server</source><translation>aria2، RPC، JSON-RPC، WebSocket، تحكم عن بعد، API، خادم</translation></message>
<message><source>Port</source><translation>المنفذ</translation></message>
<message><source>Most programs look for it at 6800.</source><translation>تبحث عنه معظم البرامج عند 6800.</translation></message>
<message><source>TCP, address, listen, number</source><translation>TCP، عنوان، استماع، رقم</translation></message>
<message><source>Secret token</source><translation>الرمز السري</translation></message>
<message><source>Who does not know it is refused. Only what proves it is kept, so copy it while it is shown.</source><translation>من لا يعرفه يُرفض. لا يُحفظ إلا ما يثبته، فانسخه ما دام ظاهرًا.</translation></message>
<message><source>password, key, secret, security</source><translation>كلمة مرور، مفتاح، سر، أمان</translation></message>
<message><source>Other computers too</source><translation>الحواسيب الأخرى أيضًا</translation></message>
<message><source>Programs anywhere in the network may ask, unencrypted. Only for a network you trust.</source><translation>يمكن لبرامج من أي مكان في الشبكة أن تطلب دون تشفير. فقط لشبكة تثق بها.</translation></message>
<message><source>network, LAN, remote, listen, security</source><translation>شبكة، LAN، بعيد، استماع، أمان</translation></message>
<message><source>Names of this computer</source><translation>أسماء هذا الحاسوب</translation></message>
<message><source>Names by which others may call it, such as nas.lan. Its addresses and localhost always count.</source><translation>الأسماء التي يناديه بها الآخرون، مثل nas.lan. عناوينه وlocalhost مقبولة دائمًا.</translation></message>
<message><source>host, DNS, rebinding, security</source><translation>مضيف، DNS، إعادة ربط، أمان</translation></message>
<message><source>None</source><translation>لا شيء</translation></message>
<message><source>Web pages that may ask</source><translation>صفحات الويب التي يمكنها أن تطلب</translation></message>
<message><source>Origins such as https://ariang.example or chrome-extension://ID. All other pages are refused.</source><translation>أصول مثل https://ariang.example أو chrome-extension://ID. تُرفض كل الصفحات الأخرى.</translation></message>
<message><source>CORS, origin, browser, extension, AriaNg, security</source><translation>CORS، أصل، متصفح، إضافة، AriaNg، أمان</translation></message>
<message><source>Folders they may save to</source><translation>المجلدات التي يمكنها الحفظ فيها</translation></message>
<message><source>Whole paths with a semicolon between two. The folder for downloads and all in it always count.</source><translation>مسارات كاملة بينها فاصلة منقوطة. مجلد التنزيلات وكل ما فيه مقبول دائمًا.</translation></message>
<message><source>directory, path, target, security</source><translation>دليل، مسار، هدف، أمان</translation></message>
<message><source>Open it</source><translation>فتحه</translation></message>
<message><source>Extract archives into a folder beside them</source><translation>استخراج الأرشيفات في مجلد بجانبها</translation></message>
<message><source>Then move the archive to the trash</source><translation>ثم نقل الأرشيف إلى المهملات</translation></message>
<message><source>Play a sound</source><translation>تشغيل صوت</translation></message>
<message><source>Move it to another folder</source><translation>نقله إلى مجلد آخر</translation></message>
<message><source>The system's sound, or a file</source><translation>صوت النظام أو ملف</translation></message>
<message><source>File with the sound</source><translation>ملف الصوت</translation></message>
<message><source>The folder, in full</source><translation>مسار المجلد كاملًا</translation></message>
<message><source>Folder to move to</source><translation>المجلد المنقول إليه</translation></message>
<message><source>Write the folder in full.</source><translation>اكتب مسار المجلد كاملًا.</translation></message>
<message><source>Write the file in full.</source><translation>اكتب مسار الملف كاملًا.</translation></message>
<message><source>When something happens</source><translation>عندما يحدث شيء</translation></message>
<message><source>Lists that are laid down</source><translation>القوائم الموضوعة</translation></message>
<message><source>Watched folder</source><translation>المجلد المراقَب</translation></message>
<message><source>Texts with addresses, Metalinks and lists that are saved there are added, and then renamed.</source><translation>تُضاف النصوص ذات العناوين وملفات Metalink والقوائم المحفوظة هناك ثم يُعاد تسميتها.</translation></message>
<message><source>watch, directory, folder, inbox, NAS, import</source><translation>مراقبة، دليل، مجلد، وارد، NAS، استيراد</translation></message>
<message><source>Command after each download</source><translation>أمر بعد كل تنزيل</translation></message>
<message><source>A program and its arguments, without a shell. {path} stands for the file, {folder} for its folder.</source><translation>برنامج ومعاملاته دون صدفة. {path} هو الملف و{folder} مجلده.</translation></message>
<message><source>run, execute, script, hook, event, finished, post-processing</source><translation>تشغيل، تنفيذ، نص برمجي، حدث، مكتمل، معالجة لاحقة</translation></message>
<message><source>Command after a failure</source><translation>أمر بعد الفشل</translation></message>
<message><source>Run when a download has failed and waits for you.</source><translation>يُشغَّل عندما يفشل تنزيل وينتظرك.</translation></message>
<message><source>run, execute, script, hook, event, error</source><translation>تشغيل، تنفيذ، نص برمجي، حدث، خطأ</translation></message>
<message><source>Command when all is done</source><translation>أمر عند انتهاء كل شيء</translation></message>
<message><source>Run when nothing is left to be done, for example to suspend the computer.</source><translation>يُشغَّل عندما لا يبقى شيء لعمله، مثلًا لتعليق الحاسوب.</translation></message>
<message><source>run, execute, script, hook, event, idle, shut down, suspend, sleep</source><translation>تشغيل، تنفيذ، نص برمجي، حدث، خمول، إيقاف، تعليق، نوم</translation></message>
<message><source>Webhook</source><translation>Webhook</translation></message>
<message><source>What happens is sent to this address as JSON by POST, again where that fails.</source><translation>يُرسل ما يحدث إلى هذا العنوان بصيغة JSON عبر POST، ومرة أخرى عند الفشل.</translation></message>
<message><source>HTTP, POST, JSON, event, notify, address, URL, server</source><translation>HTTP، POST، JSON، حدث، إشعار، عنوان، URL، خادم</translation></message>
<message><source>Write a speed from {low} to {high}.</source><translation>اكتب سرعة من {low} إلى {high}.</translation></message>
<message><source>Write a number of seconds from {low} to {high}.</source><translation>اكتب عدد ثوانٍ من {low} إلى {high}.</translation></message>
<message><source>Write a whole number from {low} to {high}.</source><translation>اكتب عددًا صحيحًا من {low} إلى {high}.</translation></message>
<message><source>Quiet</source><translation>هادئ</translation></message>
<message><source>Others on the line</source><translation>الآخرون على الخط</translation></message>
<message><source>Data budget</source><translation>حصة البيانات</translation></message>
<message><source>Metered networks</source><translation>الشبكات المحدودة البيانات</translation></message>
<message><source>Quiet now</source><translation>هادئ الآن</translation></message>
<message><source>The quiet limit is in force, until you or the quiet hours end it.</source><translation>الحد الهادئ سارٍ حتى تنهيه أنت أو الساعات الهادئة.</translation></message>
<message><source>turtle, slow, alternative, profile, turbo, polite</source><translation>سلحفاة، بطيء، بديل، ملف تعريف، مهذب</translation></message>
<message><source>Quiet limit</source><translation>الحد الهادئ</translation></message>
<message><source>All downloads together are held to this while it is quiet.</source><translation>تبقى كل التنزيلات معًا دون هذا الحد أثناء الهدوء.</translation></message>
<message><source>bandwidth, throttle, rate, slow down</source><translation>عرض النطاق، تقييد، معدل، إبطاء</translation></message>
<message><source>Quiet hours</source><translation>الساعات الهادئة</translation></message>
<message><source>When they begin it gets quiet by itself, and when they end it no longer is. Drag to mark them.</source><translation>عندما تبدأ يحل الهدوء تلقائيًا، وعندما تنتهي يزول. اسحب لتحديدها.</translation></message>
<message><source>schedule, scheduler, time, day, week, night, plan</source><translation>جدول، جدولة، وقت، يوم، أسبوع، ليل، خطة</translation></message>
<message><source>Never by itself</source><translation>ليس تلقائيًا أبدًا</translation></message>
<message><source>Leave others room</source><translation>ترك مجال للآخرين</translation></message>
<message><source>While others use the line, downloads step back. Headrace notices it by answers that take longer, and asks the servers it fetches from once a second, less often while the line is calm.</source><translation>بينما يستخدم آخرون الخط تتراجع التنزيلات. يلاحظ Headrace ذلك من تأخر الردود، ويسأل مرة كل ثانية الخوادم التي ينزّل منها، وأقل من ذلك ما دام الخط هادئًا.</translation></message>
<message><source>latency, ping, bufferbloat, polite, family, games, calls, LEDBAT, share</source><translation>زمن الاستجابة، بينغ، مهذب، عائلة، ألعاب، مكالمات، LEDBAT، مشاركة</translation></message>
<message><source>How much may come</source><translation>كم يمكن أن يصل</translation></message>
<message><source>When so much has come, downloads wait for the next period, or for a network that does not count. Days and weeks begin at midnight, weeks on Monday.</source><translation>عندما يصل هذا القدر تنتظر التنزيلات الفترة التالية، أو شبكة لا تُحتسب. تبدأ الأيام والأسابيع عند منتصف الليل، والأسابيع يوم الاثنين.</translation></message>
<message><source>quota, cap, volume, allowance, contract, data, traffic, month, week, day, billing, Wi-Fi, mobile, roaming</source><translation>حصة، سقف، حجم، عقد، بيانات، حركة، شهر، أسبوع، يوم، فوترة، Wi-Fi، محمول، تجوال</translation></message>
<message><source>Wait in metered networks</source><translation>الانتظار في الشبكات المحدودة البيانات</translation></message>
<message><source>Where the system says that a network counts bytes, as that of a phone, downloads wait for another one.</source><translation>حيث يقول النظام إن الشبكة تحسب البيانات، كشبكة الهاتف، تنتظر التنزيلات شبكة أخرى.</translation></message>
<message><source>mobile, phone, cellular, hotspot, tethering, roaming, data, volume</source><translation>جوال، هاتف، خلوي، نقطة اتصال، تجوال، بيانات، حجم</translation></message>
<message><source>{button}: {setting}</source><translation>{button}: {setting}</translation></message>
<message><source>When all downloads are done</source><translation>عند اكتمال كل التنزيلات</translation></message>
<message><source>When a file is there</source><translation>عند اكتمال ملف</translation></message>
<message><source>It is done to each file; a download's properties may say otherwise.</source><translation>يُطبَّق على كل ملف؛ وقد تقول خصائص التنزيل غير ذلك.</translation></message>
<message><source>finished, extract, unpack, unzip, archive, zip, 7z, tar, open, sound, move, folder</source><translation>مكتمل, استخراج, فك الضغط, أرشيف, zip, 7z, tar, فتح, صوت, نقل, مجلد</translation></message>
<message><source>Then, each time</source><translation>حينها في كل مرة</translation></message>
<message><source>You are warned a minute before, and can stop it. For one time, choose it in the menu File.</source><translation>تُنبَّه قبل دقيقة ويمكنك إيقافه. لمرة واحدة اختره من قائمة «ملف».</translation></message>
<message><source>shut down, power off, suspend, standby, sleep, hibernate, log out, quit, idle</source><translation>إيقاف التشغيل, إطفاء, تعليق, استعداد, سكون, إسبات, تسجيل الخروج, إنهاء, خمول</translation></message>
<message><source>Do nothing</source><translation>عدم فعل شيء</translation></message>
<message><source>Sleep</source><translation>السكون</translation></message>
<message><source>Hibernate</source><translation>الإسبات</translation></message>
<message><source>Shut down</source><translation>إيقاف التشغيل</translation></message>
<message><source>Restart</source><translation>إعادة التشغيل</translation></message>
<message><source>Log out</source><translation>تسجيل الخروج</translation></message>
<message><source>Quit Headrace</source><translation>إنهاء Headrace</translation></message>
<message><source>Saving</source><translation>الحفظ</translation></message>
<message><source>Adding</source><translation>الإضافة</translation></message>
<message><source>Checking</source><translation>التحقق</translation></message>
<message><source>History</source><translation>السجل</translation></message>
<message><source>At the same time</source><translation>في الوقت نفسه</translation></message>
<message><source>Patience</source><translation>المهلة</translation></message>
<message><source>Folder for downloads</source><translation>مجلد التنزيلات</translation></message>
<message><source>New downloads go here unless you choose another folder when you add them.</source><translation>تُحفظ التنزيلات الجديدة هنا ما لم تختر مجلدًا آخر عند إضافتها.</translation></message>
<message><source>directory, path, location, save to, destination</source><translation>دليل، مسار، موقع، حفظ في، وجهة، مكان</translation></message>
<message><source>Downloads at once</source><translation>التنزيلات المتزامنة</translation></message>
<message><source>So many run side by side; the others wait in line.</source><translation>يعمل هذا العدد معًا، وتنتظر البقية دورها.</translation></message>
<message><source>parallel, simultaneous, concurrent, maximum</source><translation>متوازية، متزامنة، معًا، أقصى، حد أعلى</translation></message>
<message><source>Watch the clipboard</source><translation>مراقبة الحافظة</translation></message>
<message><source>When you copy the address of a file, Headrace offers to download it.</source><translation>عندما تنسخ عنوان ملف، يعرض Headrace تنزيله.</translation></message>
<message><source>copy, paste, monitor, link</source><translation>نسخ، لصق، مراقبة، رابط</translation></message>
<message><source>Ask servers before adding</source><translation>سؤال الخوادم قبل الإضافة</translation></message>
<message><source>The add dialog shows name and size of each file. Switch it off if your links work only once.</source><translation>يعرض مربع الإضافة اسم كل ملف وحجمه. أوقف هذا إن كانت روابطك تعمل مرة واحدة فقط.</translation></message>
<message><source>probe, size, check, one-time link, preview</source><translation>فحص, حجم, تحقق, رابط لمرة واحدة, معاينة</translation></message>
<message><source>Add without asking</source><translation>الإضافة دون سؤال</translation></message>
<message><source>Pasted and dropped addresses go straight into the list, without a dialog.</source><translation>تدخل العناوين الملصقة والمُفلتة القائمة مباشرة دون مربع حوار.</translation></message>
<message><source>silent, dialog, confirm, prompt</source><translation>صامت، مربع حوار، تأكيد، سؤال</translation></message>
<message><source>Add paused</source><translation>إضافة دون بدء</translation></message>
<message><source>The main button of the add dialog adds downloads without starting them.</source><translation>الزر الرئيسي في مربع حوار الإضافة يضيف التنزيلات دون بدئها.</translation></message>
<message><source>start later, stopped</source><translation>بدء لاحقًا، متوقف، إيقاف مؤقت</translation></message>
<message><source>Look for checksums</source><translation>البحث عن مجاميع اختبارية</translation></message>
<message><source>For large files, the server is asked for a checksum file, and the download is checked by it.</source><translation>للملفات الكبيرة، يُسأل الخادم عن ملف مجاميع اختبارية ويُفحص التنزيل به.</translation></message>
<message><source>verify, hash, SHA-256, SHA256SUMS, integrity</source><translation>تحقق، هاش، بصمة، تجزئة، SHA-256، SHA256SUMS، سلامة</translation></message>
<message><source>Mark files as downloaded</source><translation>وسم الملفات بمصدرها</translation></message>
<message><source>Files carry where they came from, so that the system can warn before it runs one.</source><translation>تحمل الملفات معلومة مصدرها ليحذّر النظام قبل تشغيل أي منها.</translation></message>
<message><source>origin, quarantine, zone, security, warning</source><translation>مصدر، حجر، منطقة، أمان، تحذير</translation></message>
<message><source>Remember ended downloads</source><translation>تذكّر التنزيلات المنتهية</translation></message>
<message><source>The history keeps them after they left the list. What is older goes at the next start.</source><translation>يحتفظ السجل بها بعد خروجها من القائمة. وما هو أقدم يُحذف عند التشغيل التالي.</translation></message>
<message><source>history, privacy, archive, days, forget</source><translation>سجل, خصوصية, أرشيف, أيام, نسيان</translation></message>
<message><source>For ever</source><translation>إلى الأبد</translation></message>
<message><source>For a year</source><translation>لمدة سنة</translation></message>
<message><source>For 90 days</source><translation>لمدة 90 يومًا</translation></message>
<message><source>For 30 days</source><translation>لمدة 30 يومًا</translation></message>
<message><source>For a week</source><translation>لمدة أسبوع</translation></message>
<message><source>Not at all</source><translation>لا شيء</translation></message>
<message><source>Connections per download</source><translation>الاتصالات لكل تنزيل</translation></message>
<message><source>At most so many. More are only opened while they make the download faster.</source><translation>هذا هو الحد الأقصى، ولا يُفتح المزيد إلا إذا كان يسرّع التنزيل.</translation></message>
<message><source>threads, segments, parts, parallel, maximum</source><translation>خيوط، أجزاء، مقاطع، متوازية، أقصى</translation></message>
<message><source>Connections per server</source><translation>الاتصالات لكل خادم</translation></message>
<message><source>At most so many to one server, all downloads together.</source><translation>أقصى عدد لخادم واحد، لكل التنزيلات معًا.</translation></message>
<message><source>host, parallel, maximum</source><translation>مضيف، متوازية، أقصى</translation></message>
<message><source>Wait for a server</source><translation>انتظار الخادم</translation></message>
<message><source>A server that has not answered by then is tried again later.</source><translation>إذا لم يستجب الخادم خلال هذه المدة، تُعاد المحاولة لاحقًا.</translation></message>
<message><source>timeout, connect, seconds</source><translation>مهلة، اتصال، ثوانٍ</translation></message>
<message><source>Wait for data</source><translation>انتظار البيانات</translation></message>
<message><source>A connection on which nothing has come for so long is opened anew.</source><translation>إذا لم يصل شيء عبر اتصال طوال هذه المدة، يُفتح من جديد.</translation></message>
<message><source>timeout, idle, stalled, seconds</source><translation>مهلة، خمول، تعثر، ثوانٍ</translation></message>
<message><source>Give up slow connections</source><translation>ترك الاتصالات البطيئة</translation></message>
<message><source>A connection that was slower than this for a minute is opened anew.</source><translation>إذا قلّت سرعة اتصال عن هذا مدة دقيقة، يُفتح من جديد.</translation></message>
<message><source>minimum speed, stalled, timeout</source><translation>أدنى سرعة، بطيء، تعثر، مهلة</translation></message>
<message><source>Never</source><translation>أبدًا</translation></message>
<message><source>Tries</source><translation>المحاولات</translation></message>
<message><source>A download fails after so many tries in a row that brought nothing new.</source><translation>يفشل التنزيل بعد هذا العدد من المحاولات المتتالية التي لم تأتِ بجديد.</translation></message>
<message><source>retry, attempts, again, repeat</source><translation>إعادة، محاولة، مجددًا، تكرار</translation></message>
<message><source>Speed limit</source><translation>حد السرعة</translation></message>
<message><source>All downloads together are held to this, so that some of your line stays free.</source><translation>لا تتجاوزه التنزيلات مجتمعة، ليبقى جزء من خط الإنترنت متاحًا لك.</translation></message>
<message><source>bandwidth, throttle, rate, slow down, maximum</source><translation>عرض النطاق، تقييد، معدل، إبطاء، أقصى</translation></message>
<message><source>No limit</source><translation>بلا حد</translation></message>
<message><source>Your queues</source><translation>قوائم انتظارك</translation></message>
<message><source>Lines of their own for downloads that belong together. One that is held starts nothing new until you let it go on.</source><translation>قوائم مستقلة للتنزيلات المترابطة. القائمة المعلّقة لا تبدأ تنزيلًا جديدًا حتى تلغي تعليقها.</translation></message>
<message><source>line, hold, group, list, pause, schedule, hours, night</source><translation>قائمة، تعليق، مجموعة، إيقاف، جدول، ساعات، ليل</translation></message>
<message><source>Where downloads go</source><translation>أين تُحفظ التنزيلات</translation></message>
<message><source>The first rule that holds decides, unless you choose a folder yourself. In folders and names there may be fields in braces, such as {host}, {name}, {category} or {date:%Y-%m}.</source><translation>تقرر أول قاعدة تنطبق، ما لم تختر مجلدًا بنفسك. يمكن أن تحتوي المجلدات والأسماء على حقول بين أقواس معقوفة، مثل {host} و{name} و{category} و{date:%Y-%m}.</translation></message>
<message><source>folder, sort, category, template, organise, directory</source><translation>مجلد, ترتيب, فئة, قالب, تنظيم, دليل</translation></message>
<message><source>Categories</source><translation>الفئات</translation></message>
<message><source>What the list sorts files by: their endings, or the type the server tells. Files of a category go to its folder where no rule sends them elsewhere. Removing one changes no file.</source><translation>ما تصنّف القائمة الملفات به: امتداداتها، أو النوع الذي يذكره الخادم. تذهب ملفات الفئة إلى مجلدها ما لم ترسلها قاعدة إلى مكان آخر. إزالة فئة لا تغيّر أي ملف.</translation></message>
<message><source>type, kind, extension, ending, own, group, icon, folder</source><translation>نوع, صنف, امتداد, خاص, مجموعة, أيقونة, مجلد</translation></message>
<message><source>Where Headrace keeps things</source><translation>مواضع ملفات Headrace</translation></message>
<message><source>All settings</source><translation>كل الإعدادات</translation></message>
<message><source>Profile folder</source><translation>مجلد البيانات</translation></message>
<message><source>Settings and the list of downloads are kept in this folder.</source><translation>تُحفظ الإعدادات وقائمة التنزيلات في هذا المجلد.</translation></message>
<message><source>database, backup, path, configuration</source><translation>قاعدة بيانات، نسخة احتياطية، مسار، تكوين، ملف شخصي</translation></message>
<message><source>Open</source><translation>فتح</translation></message>
<message><source>Log file</source><translation>ملف السجل</translation></message>
<message><source>What the program did is written down here, to look into when something goes wrong.</source><translation>يُدوَّن هنا ما فعله البرنامج، لمراجعته عند حدوث خلل.</translation></message>
<message><source>problem, report, debug, diagnosis</source><translation>مشكلة، تقرير، تصحيح، تشخيص</translation></message>
<message><source>All settings are saved as one file, to keep or to take to another computer.</source><translation>تُحفظ كل الإعدادات في ملف واحد، للاحتفاظ بها أو لنقلها إلى حاسوب آخر.</translation></message>
<message><source>backup, save, transfer, JSON</source><translation>نسخة احتياطية، حفظ، نقل، JSON</translation></message>
<message><source>Export…</source><translation>تصدير…</translation></message>
<message><source>Settings are taken from such a file. You can undo it.</source><translation>تؤخذ الإعدادات من ملف كهذا. يمكنك التراجع عن ذلك.</translation></message>
<message><source>restore, load, transfer, JSON</source><translation>استعادة، تحميل، نقل، JSON</translation></message>
<message><source>Import…</source><translation>استيراد…</translation></message>
<message><source>Reset all settings</source><translation>إعادة تعيين كل الإعدادات</translation></message>
<message><source>Every setting goes back to its default. Downloads stay as they are. You can undo it.</source><translation>يعود كل إعداد إلى قيمته الافتراضية، وتبقى التنزيلات كما هي. يمكنك التراجع عن ذلك.</translation></message>
<message><source>default, original, begin anew</source><translation>افتراضي، أصلي، بدء من جديد، ضبط المصنع</translation></message>
<message><source>Reset all</source><translation>إعادة تعيين الكل</translation></message>
<message><source>General</source><translation>عام</translation></message>
<message><source>Downloads</source><translation>التنزيلات</translation></message>
<message><source>Connections</source><translation>الاتصالات</translation></message>
<message><source>Speed</source><translation>السرعة</translation></message>
<message><source>Queues</source><translation>قوائم الانتظار</translation></message>
<message><source>Rules</source><translation>القواعد</translation></message>
<message><source>Other programs</source><translation>برامج أخرى</translation></message>
<message><source>Appearance</source><translation>المظهر</translation></message>
<message><source>Notifications and power</source><translation>الإشعارات والطاقة</translation></message>
<message><source>Advanced</source><translation>متقدم</translation></message>
<message><source>Show hosts…</source><translation>عرض المضيفين…</translation></message>
<message numerus="yes"><source>%Ln rule(s)</source><translation><numerusform>لا قواعد</numerusform><numerusform>قاعدة واحدة</numerusform><numerusform>قاعدتان</numerusform><numerusform>%Ln قواعد</numerusform><numerusform>%Ln قاعدة</numerusform><numerusform>%Ln قاعدة</numerusform></translation></message>
<message><source>At these hours</source><translation>في هذه الساعات</translation></message>
<message><source>These are too many different hours. Mark longer ones.</source><translation>هذه ساعات مختلفة كثيرة جدًا. حدد ساعات أطول.</translation></message>
<message><source>Way out</source><translation>طريق الخروج</translation></message>
<message><source>Trust</source><translation>الثقة</translation></message>
<message><source>Logins</source><translation>بيانات الدخول</translation></message>
<message><source>Single servers</source><translation>خوادم بعينها</translation></message>
<message><source>Proxy</source><translation>الوكيل</translation></message>
<message><source>Reach servers</source><translation>الوصول إلى الخوادم</translation></message>
<message><source>Proxies speak HTTP, HTTPS, SOCKS4 or SOCKS5; socks5h:// and socks4a:// look names up themselves. A password is never saved with the settings.</source><translation>تتحدث الوكلاء HTTP أو HTTPS أو SOCKS4 أو SOCKS5؛ ومع socks5h:// وsocks4a:// تبحث هي عن الأسماء. لا تُحفظ كلمة المرور أبدًا مع الإعدادات.</translation></message>
<message><source>proxy, SOCKS, SOCKS5, tunnel, PAC, company, Tor, VPN, network</source><translation>وكيل، بروكسي، SOCKS، SOCKS5، نفق، PAC، شركة، Tor، VPN، شبكة</translation></message>
<message><source>Not by the proxy</source><translation>بدون الوكيل</translation></message>
<message><source>Servers that are reached directly: names with all below them, networks such as 10.0.0.0/8, &lt;local&gt; for names without a dot.</source><translation>خوادم يُوصل إليها مباشرة: أسماء وكل ما تحتها، وشبكات مثل 10.0.0.0/8، و&lt;local&gt; للأسماء بلا نقطة.</translation></message>
<message><source>exception, bypass, intranet, local, no proxy</source><translation>استثناء، تجاوز، شبكة داخلية، محلي، بلا وكيل</translation></message>
<message><source>Hosts</source><translation>المضيفون</translation></message>
<message><source>Connections, speed, pauses, user agent, referrer, headers and proxy of single servers, and what was learnt of them.</source><translation>الاتصالات والسرعة والفواصل ووكيل المستخدم والمرجع والترويسات والوكيل لكل خادم، وما عُرف عنه.</translation></message>
<message><source>rule, server, site, domain, user agent, referer, header, limit, polite, retry, memory</source><translation>قاعدة، خادم، موقع، نطاق، وكيل المستخدم، مرجع، ترويسة، حد، لباقة، إعادة المحاولة، ذاكرة</translation></message>
<message><source>Only by this network</source><translation>عبر هذه الشبكة فقط</translation></message>
<message><source>An address or an interface of this computer, such as tun0 of a VPN. While it is gone, downloads wait. Names are still looked up as the system does.</source><translation>عنوان أو واجهة لهذا الحاسوب، مثل tun0 لشبكة VPN. ما دامت غائبة تنتظر التنزيلات. تبقى الأسماء تُبحث كما يفعل النظام.</translation></message>
<message><source>VPN, bind, interface, network card, adapter, source address, kill switch</source><translation>VPN، ربط، واجهة، بطاقة شبكة، محوّل، عنوان المصدر، قاطع</translation></message>
<message><source>Any</source><translation>أي شبكة</translation></message>
<message><source>Version of IP</source><translation>إصدار IP</translation></message>
<message><source>Which addresses of servers are connected to.</source><translation>عناوين الخوادم التي يُتصل بها.</translation></message>
<message><source>IPv4, IPv6, address, protocol</source><translation>IPv4، IPv6، عنوان، بروتوكول</translation></message>
<message><source>Both</source><translation>كلاهما</translation></message>
<message><source>IPv4 only</source><translation>IPv4 فقط</translation></message>
<message><source>IPv6 only</source><translation>IPv6 فقط</translation></message>
<message><source>Further certificates</source><translation>شهادات إضافية</translation></message>
<message><source>A PEM file with authorities that secure servers are trusted by, such as your company's.</source><translation>ملف PEM بالجهات الموثوقة لإصدار شهادات الخوادم الآمنة، كجهة شركتك.</translation></message>
<message><source>TLS, SSL, https, CA, authority, security</source><translation>TLS، SSL، https، CA، جهة توثيق، شهادة، أمان</translation></message>
<message><source>None besides the system's</source><translation>لا شيء عدا شهادات النظام</translation></message>
<message><source>Oldest version of TLS</source><translation>أقدم إصدار من TLS</translation></message>
<message><source>Servers that speak older ones alone are not connected to.</source><translation>لا يُتصل بخوادم لا تتحدث إلا إصدارات أقدم.</translation></message>
<message><source>SSL, https, security, encryption, protocol</source><translation>SSL، https، أمان، تشفير، بروتوكول</translation></message>
<message><source>TLS 1.2</source><translation>TLS 1.2</translation></message>
<message><source>TLS 1.3</source><translation>TLS 1.3</translation></message>
<message><source>Trusted in spite of faults</source><translation>موثوق بها رغم العيوب</translation></message>
<message><source>Written as example.org=SHA-256 of its certificate, or sftp://example.org=SHA256:… of its host key; what you trust in a download's dialog is here, too. Delete an entry to trust it no more.</source><translation>تُكتب هكذا example.org=SHA-256 للشهادة، أو sftp://example.org=SHA256:… لمفتاح المضيف؛ وما تثق به في نافذة تنزيل يظهر هنا أيضًا. احذف عنصرًا كي لا يوثق به بعد ذلك.</translation></message>
<message><source>exception, self-signed, fingerprint, pin, certificate, security</source><translation>استثناء، موقعة ذاتيًا، بصمة، شهادة، أمان</translation></message>
<message><source>Your own certificates</source><translation>شهاداتك</translation></message>
<message><source>Shown to one server each: example.org=/whole/path.pem, a file with certificate and key.</source><translation>تُعرض كل منها لخادم واحد: example.org=/المسار/الكامل.pem، وهو ملف فيه شهادة ومفتاح.</translation></message>
<message><source>client certificate, key, PEM, mutual TLS, authentication</source><translation>شهادة عميل، مفتاح، PEM، ‏TLS متبادل، مصادقة</translation></message>
<message><source>Cookies</source><translation>الكوكيز</translation></message>
<message><source>A cookies.txt, as browsers' add-ons export it; each cookie goes to the site it belongs to.</source><translation>ملف cookies.txt كما تصدّره إضافات المتصفحات؛ يذهب كل كوكي إلى الموقع الذي يخصه.</translation></message>
<message><source>cookies.txt, Netscape, session, members, sign in</source><translation>cookies.txt، Netscape، جلسة، أعضاء، دخول</translation></message>
<message><source>Read logins from .netrc</source><translation>قراءة بيانات الدخول من .netrc</translation></message>
<message><source>Servers that ask for a login get the one that the file has for them.</source><translation>الخوادم التي تطلب الدخول تحصل على ما في الملف لها.</translation></message>
<message><source>password, user, curl, authentication</source><translation>كلمة مرور، مستخدم، curl، مصادقة</translation></message>
<message><source>Forget logins</source><translation>نسيان بيانات الدخول</translation></message>
<message><source>Those you gave, and those the system's keyring keeps for Headrace.</source><translation>ما أعطيته، وما تحفظه سلسلة مفاتيح النظام لـ Headrace.</translation></message>
<message><source>password, keyring, delete, sign out</source><translation>كلمة مرور، سلسلة مفاتيح، حذف، خروج</translation></message>
<message><source>Forget all</source><translation>نسيان الكل</translation></message>
<message><source>Undo</source><translation>تراجع</translation></message>
<message><source>Less: {setting}</source><translation>إنقاص: {setting}</translation></message>
<message><source>More: {setting}</source><translation>زيادة: {setting}</translation></message>
<message><source>s</source><comment>seconds, behind a number</comment><translation>ث</translation></message>
<message><source>MB/s</source><translation>MB/s</translation></message>
<message><source>kB/s</source><translation>kB/s</translation></message>
<message><source>Pages of settings</source><translation>صفحات الإعدادات</translation></message>
<message><source>Reset this page</source><translation>إعادة تعيين هذه الصفحة</translation></message>
<message><source>This page is back to its defaults.</source><translation>عادت هذه الصفحة إلى قيمها الافتراضية.</translation></message>
<message><source>All of this page had its default already.</source><translation>كل ما في هذه الصفحة على قيمته الافتراضية أصلًا.</translation></message>
<message><source>No setting is about “{words}”.</source><translation>لا إعداد يخص «{words}».</translation></message>
<message><source>Write the whole path, from the root of the disk on.</source><translation>اكتب المسار كاملًا، بدءًا من جذر القرص.</translation></message>
<message><source>Browse…</source><translation>استعراض…</translation></message>
<message><source>Browse: {setting}</source><translation>استعراض: {setting}</translation></message>
<message><source>Choose a certificate file</source><translation>اختيار ملف شهادات</translation></message>
<message><source>Certificates</source><translation>الشهادات</translation></message>
<message><source>There is no such file.</source><translation>لا يوجد ملف كهذا.</translation></message>
<message><source>There are no certificates in this file that can be used.</source><translation>لا شهادات صالحة للاستخدام في هذا الملف.</translation></message>
<message><source>This file cannot be read.</source><translation>تعذرت قراءة هذا الملف.</translation></message>
<message><source>As the system does</source><translation>كما يفعل النظام</translation></message>
<message><source>Directly</source><translation>مباشرة</translation></message>
<message><source>As the environment says</source><translation>كما تقول البيئة</translation></message>
<message><source>By this proxy:</source><translation>عبر هذا الوكيل:</translation></message>
<message><source>Address of the proxy</source><translation>عنوان الوكيل</translation></message>
<message><source>Write it as http://proxy.example:3128 or socks5h://name:password@127.0.0.1:1080.</source><translation>اكتبه هكذا http://proxy.example:3128 أو socks5h://name:password@127.0.0.1:1080.</translation></message>
<message><source>Write a name for the queue.</source><translation>اكتب اسمًا لقائمة الانتظار.</translation></message>
<message><source>There is a queue of this name already.</source><translation>توجد قائمة انتظار بهذا الاسم.</translation></message>
<message><source>A name has at most {count} characters, all of them visible.</source><translation>للاسم {count} محرفًا على الأكثر، كلها مرئية.</translation></message>
<message><source>Starts downloads</source><translation>تبدأ التنزيلات</translation></message>
<message><source>Held</source><translation>معلّقة</translation></message>
<message><source>Name of the queue {name}</source><translation>اسم قائمة الانتظار {name}</translation></message>
<message><source>{name}: starts downloads</source><translation>{name}: تبدأ التنزيلات</translation></message>
<message><source>Options of the queue {name}</source><translation>خيارات قائمة الانتظار {name}</translation></message>
<message><source>Remove the queue {name}</source><translation>إزالة قائمة الانتظار {name}</translation></message>
<message><source>Name of a new queue</source><translation>اسم قائمة انتظار جديدة</translation></message>
<message><source>Add queue</source><translation>إضافة قائمة انتظار</translation></message>
<message><source>The queue {name} is removed. Its downloads are in the main queue now.</source><translation>أُزيلت قائمة الانتظار {name}، وتنزيلاتها الآن في قائمة الانتظار الرئيسية.</translation></message>
<message><source>Only while “{setting}” is on.</source><translation>فقط عند تفعيل «{setting}».</translation></message>
<message><source>Back to the default</source><translation>العودة إلى الافتراضي</translation></message>
<message><source>{setting}: back to the default</source><translation>{setting}: العودة إلى الافتراضي</translation></message>
<message><source>Light</source><translation>فاتح</translation></message>
<message><source>Dark</source><translation>داكن</translation></message>
<message><source>There is none yet</source><translation>لا يوجد رمز بعد</translation></message>
<message><source>New token</source><translation>رمز جديد</translation></message>
<message><source>Copy</source><translation>نسخ</translation></message>
<message><source>Other…</source><translation>آخر…</translation></message>
<message><source>The desktop did not allow it.</source><translation>لم يسمح سطح المكتب بذلك.</translation></message>
<message><source>Starting and closing</source><translation>البدء والإغلاق</translation></message>
<message><source>Colours</source><translation>الألوان</translation></message>
<message><source>List and figures</source><translation>القائمة والأرقام</translation></message>
<message><source>Motion</source><translation>الحركة</translation></message>
<message><source>Tray</source><translation>علبة النظام</translation></message>
<message><source>Notifications</source><translation>الإشعارات</translation></message>
<message><source>Power</source><translation>الطاقة</translation></message>
<message><source>Language</source><translation>اللغة</translation></message>
<message><source>All texts change at once, and numbers and dates are written in its manner.</source><translation>تتغير كل النصوص فورًا، وتُكتب الأرقام والتواريخ بأسلوب اللغة.</translation></message>
<message><source>translation, locale, English</source><translation>ترجمة، لغة، إعدادات محلية، عربية، English</translation></message>
<message><source>Start with the computer</source><translation>البدء مع الحاسوب</translation></message>
<message><source>Headrace starts by itself when you log in.</source><translation>يبدأ Headrace تلقائيًا عند تسجيل دخولك.</translation></message>
<message><source>autostart, session, login, boot, launch</source><translation>تشغيل تلقائي، جلسة، تسجيل الدخول، إقلاع، بدء التشغيل</translation></message>
<message><source>Start hidden</source><translation>البدء مخفيًا</translation></message>
<message><source>Only the tray icon is there after a start; click it to see the window.</source><translation>لا تظهر بعد البدء إلا أيقونة علبة النظام، وبنقرها تظهر النافذة.</translation></message>
<message><source>minimised, background, tray</source><translation>مصغّر، خلفية، علبة النظام</translation></message>
<message><source>Continue where you left off</source><translation>المتابعة من حيث توقفت</translation></message>
<message><source>Downloads that ran when you quit run again at the next start. Else they wait paused.</source><translation>التنزيلات الجارية عند الإنهاء تُستأنف عند البدء التالي، وإلا بقيت متوقفة مؤقتًا.</translation></message>
<message><source>resume at start, restart</source><translation>استئناف عند البدء، إعادة تشغيل</translation></message>
<message><source>Closing the window</source><translation>إغلاق النافذة</translation></message>
<message><source>In the tray, downloads go on without a window.</source><translation>في علبة النظام تستمر التنزيلات بلا نافذة.</translation></message>
<message><source>exit, minimise, background</source><translation>خروج، تصغير، خلفية</translation></message>
<message><source>Quits Headrace</source><translation>ينهي Headrace</translation></message>
<message><source>Keeps it in the tray</source><translation>يبقيه في علبة النظام</translation></message>
<message><source>Light or dark</source><translation>فاتح أو داكن</translation></message>
<message><source>The window can follow the system, or be always the same.</source><translation>يمكن للنافذة أن تتبع النظام أو تبقى على حال واحدة.</translation></message>
<message><source>theme, night mode, dark mode, colour scheme</source><translation>سمة، وضع ليلي، الوضع الداكن، نظام ألوان</translation></message>
<message><source>Buttons, progress and what is chosen have this colour.</source><translation>تأخذ الأزرار والتقدم والعناصر المحددة هذا اللون.</translation></message>
<message><source>theme, highlight, tint</source><translation>سمة، تمييز، صبغة</translation></message>
<message><source>One-line rows</source><translation>صفوف بسطر واحد</translation></message>
<message><source>More downloads fit into the window; what each is doing is told in fewer words.</source><translation>تتسع النافذة لتنزيلات أكثر، ويُوصف عمل كل منها بكلمات أقل.</translation></message>
<message><source>compact, dense, row height</source><translation>مضغوط، كثيف، ارتفاع الصف</translation></message>
<message><source>Binary units</source><translation>وحدات ثنائية</translation></message>
<message><source>Sizes are written in KiB, MiB and GiB (1,024 at a time) instead of kB, MB and GB.</source><translation>تُكتب الأحجام بوحدات KiB وMiB وGiB (مضاعفات 1024) بدل kB وMB وGB.</translation></message>
<message><source>megabyte, mebibyte, 1000, 1024</source><translation>ميغابايت، ميبيبايت، 1000، 1024</translation></message>
<message><source>Things slide and fade for a moment. Reduced, they change at once.</source><translation>تنزلق العناصر وتتلاشى للحظة. مع التقليل تتغير فورًا.</translation></message>
<message><source>animation, effects, accessibility</source><translation>تحريك، تأثيرات، سهولة الوصول</translation></message>
<message><source>Full</source><translation>كاملة</translation></message>
<message><source>Reduced</source><translation>مقللة</translation></message>
<message><source>Tray icon</source><translation>أيقونة علبة النظام</translation></message>
<message><source>An icon in the system tray shows progress and offers what you need most.</source><translation>أيقونة في علبة النظام تعرض التقدم وأكثر ما تحتاج إليه.</translation></message>
<message><source>system tray, status icon, background</source><translation>علبة النظام، أيقونة الحالة، خلفية</translation></message>
<message><source>When a download has finished</source><translation>عند اكتمال تنزيل</translation></message>
<message><source>A notification offers to open the file or its folder.</source><translation>إشعار يعرض فتح الملف أو مجلده.</translation></message>
<message><source>message, alert, bubble, done</source><translation>رسالة، تنبيه، فقاعة، اكتمل</translation></message>
<message><source>When a download has failed</source><translation>عند فشل تنزيل</translation></message>
<message><source>A notification says why, and offers to try again.</source><translation>إشعار يذكر السبب ويعرض إعادة المحاولة.</translation></message>
<message><source>message, alert, bubble, error</source><translation>رسالة، تنبيه، فقاعة، خطأ</translation></message>
<message><source>Keep the computer awake</source><translation>إبقاء الحاسوب مستيقظًا</translation></message>
<message><source>The computer does not go to sleep by itself while something is downloading.</source><translation>لا يدخل الحاسوب في السكون تلقائيًا ما دام هناك تنزيل جارٍ.</translation></message>
<message><source>sleep, suspend, standby, energy, battery</source><translation>سكون، تعليق، استعداد، طاقة، بطارية</translation></message>
<message><source>“{part}” is no origin. Write it as https://example.org, without a path.</source><translation>«{part}» ليس أصلًا. اكتبه مثل https://example.org دون مسار.</translation></message>
<message><source>“{part}” is no name of a computer. Write it without http:// and port.</source><translation>«{part}» ليس اسم حاسوب. اكتبه دون http:// ودون منفذ.</translation></message>
<message><source>“{part}” is no name of a server and no network such as 10.0.0.0/8.</source><translation>”{part}“ ليس اسم خادم ولا شبكة مثل 10.0.0.0/8.</translation></message>
<message><source>Write an address of this computer, or an interface such as tun0.</source><translation>اكتب عنوانًا لهذا الحاسوب أو واجهة مثل tun0.</translation></message>
<message><source>“{part}” is not written as example.org=64 digits from 0 to f.</source><translation>”{part}“ ليس مكتوبًا هكذا example.org=64 رقمًا من 0 إلى f.</translation></message>
<message><source>“{part}” is not written as example.org=/whole/path.pem.</source><translation>”{part}“ ليس مكتوبًا هكذا example.org=/المسار/الكامل.pem.</translation></message>
<message><source>A quotation mark is open.</source><translation>علامة اقتباس مفتوحة.</translation></message>
<message><source>Begin with a program.</source><translation>ابدأ ببرنامج.</translation></message>
<message><source>In braces there may only be {facts}.</source><translation>لا يجوز بين الأقواس إلا {facts}.</translation></message>
<message><source>Write an address that begins with https:// or http://.</source><translation>اكتب عنوانًا يبدأ بـ https:// أو http://.</translation></message>
</context>
<context>
<name>Shortcuts</name>
<message><source>Go to the next part of the window</source><translation>الانتقال إلى الجزء التالي من النافذة</translation></message>
<message><source>Show the menu bar</source><translation>إظهار شريط القوائم</translation></message>
<message><source>Leave the search, or close a dialog</source><translation>مغادرة البحث أو إغلاق مربع حوار</translation></message>
<message><source>Show what can be done with the chosen rows</source><translation>إظهار ما يمكن فعله بالصفوف المحددة</translation></message>
<message><source>Keyboard shortcuts</source><translation>اختصارات لوحة المفاتيح</translation></message>
<message><source>Everywhere</source><translation>في كل مكان</translation></message>
</context>
<context>
<name>Sort</name>
<message><source>Sort by the rules</source><translation>الترتيب حسب القواعد</translation></message>
<message><source>Files move to where the rules want them. Their names stay.</source><translation>تُنقل الملفات إلى حيث تريدها القواعد، وتبقى أسماؤها.</translation></message>
<message><source>What moves</source><translation>ما يُنقل</translation></message>
<message><source>{name} → {folder}</source><translation>{name} ← {folder}</translation></message>
<message><source>and {count} more</source><translation>و{count} أخرى</translation></message>
<message><source>There are no rules yet. Make some in the settings.</source><translation>لا توجد قواعد بعد. أنشئ بعضها في الإعدادات.</translation></message>
<message><source>All of it is where the rules want it.</source><translation>كل شيء في المكان الذي تريده القواعد.</translation></message>
<message><source>Moving {what}</source><translation>جارٍ نقل {what}</translation></message>
</context>
<context>
<name>Status</name>
<message><source>{used} of {budget} used</source><translation>استُخدم {used} من {budget}</translation></message>
<message><source>At this rate, {size} will have come by then.</source><translation>بهذا المعدل سيكون قد وصل {size} حتى ذلك الحين.</translation></message>
<message><source>When done: {deed}</source><translation>عند الاكتمال: {deed}</translation></message>
<message numerus="yes"><source>%Ln active</source><translation><numerusform>لا نشط</numerusform><numerusform>%Ln نشط</numerusform><numerusform>%Ln نشطان</numerusform><numerusform>%Ln نشطة</numerusform><numerusform>%Ln نشطًا</numerusform><numerusform>%Ln نشط</numerusform></translation></message>
<message numerus="yes"><source>%Ln waiting</source><translation><numerusform>لا منتظر</numerusform><numerusform>%Ln منتظر</numerusform><numerusform>%Ln منتظران</numerusform><numerusform>%Ln منتظرة</numerusform><numerusform>%Ln منتظرًا</numerusform><numerusform>%Ln منتظر</numerusform></translation></message>
<message><source>Limited to {speed}</source><translation>مقيّد بـ {speed}</translation></message>
<message><source>Nothing to do</source><translation>لا شيء قيد التنفيذ</translation></message>
<message><source>Leaving room: {speed}</source><translation>يترك مجالًا: {speed}</translation></message>
<message><source>{size} free in {folder}</source><translation>{size} متاحة في {folder}</translation></message>
<message><source>Online</source><translation>متصل</translation></message>
<message><source>Offline</source><translation>غير متصل</translation></message>
<message><source>The line is busy: answers took {slow} ms, and {usual} ms when it was free. Downloads step back to {speed} at most until they are quick again.</source><translation>الخط مشغول: استغرقت الردود {slow} م.ث، و{usual} م.ث عندما كان خاليًا. تتراجع التنزيلات إلى {speed} على الأكثر حتى تعود الردود سريعة.</translation></message>
</context>
<context>
<name>Story</name>
<message><source>Stopped, its queue is held</source><translation>توقف، قائمة انتظاره معلّقة</translation></message>
<message><source>Stopped, the hours of its queue are over</source><translation>توقف، انتهت ساعات قائمة انتظاره</translation></message>
<message><source>Stopped, the network wants a login in a browser first</source><translation>توقف، الشبكة تطلب أولًا تسجيل الدخول في متصفح</translation></message>
<message><source>Stopped, the network is metered</source><translation>توقف، الشبكة تحسب البيانات</translation></message>
<message><source>Stopped, the data budget is used up</source><translation>توقف، نفدت حصة البيانات</translation></message>
<message><source>Information</source><translation>معلومات</translation></message>
<message><source>Success</source><translation>نجاح</translation></message>
<message><source>Warning</source><translation>تحذير</translation></message>
<message><source>Error</source><translation>خطأ</translation></message>
<message><source>Begun anew: the file on the server has changed</source><translation>بدأ من جديد: تغيّر الملف على الخادم</translation></message>
<message><source>Begun anew: the server cannot resume safely</source><translation>بدأ من جديد: الخادم لا يستأنف بأمان</translation></message>
<message><source>Begun anew: the unfinished file was missing or had been changed</source><translation>بدأ من جديد: الملف غير المكتمل مفقود أو متغير</translation></message>
<message><source>The server does not say how long the file is, so a cut would look like its end</source><translation>لا يذكر الخادم طول الملف، فأي انقطاع يبدو كأنه نهايته</translation></message>
<message><source>A file of that name was there already, so nothing was fetched</source><translation>كان هناك ملف بهذا الاسم، فلم يُنزَّل شيء</translation></message>
<message><source>The server names no version, so the bytes around each join were compared</source><translation>لا يحدد الخادم إصدارًا، فقورنت البايتات حول كل موضع وصل</translation></message>
<message><source>Blocks on disk had been changed and were fetched again</source><translation>تغيّرت كتل على القرص ونُزِّلت مجددًا</translation></message>
<message><source>The server called it compressed and it was not; it was saved as it came</source><translation>سماه الخادم مضغوطًا ولم يكن كذلك، فحُفظ كما وصل</translation></message>
<message><source>The server says it is another kind of file than its name promises</source><translation>يقول الخادم إنه نوع من الملفات غير ما يعد به اسمه</translation></message>
<message><source>Characters that would hide the name's true ending were removed</source><translation>أُزيلت محارف كانت ستخفي النهاية الحقيقية للاسم</translation></message>
<message><source>The only checksum known shows accidents, not forgeries</source><translation>المجموع الاختباري الوحيد المعروف يكشف الأخطاء العارضة لا التزوير</translation></message>
<message><source>One of its addresses failed or had another file</source><translation>فشل أحد عناوينه أو كان فيه ملف آخر</translation></message>
<message><source>The disk cannot set room aside, so it may run full on the way</source><translation>لا يستطيع القرص حجز مساحة، فقد يمتلئ في أثناء التنزيل</translation></message>
<message><source>The feed was interrupted; the gaps are listed beside the file</source><translation>انقطع البث، والفجوات مدونة في ملف بجانبه</translation></message>
<message><source>Ended on request; the file holds what had come</source><translation>أُنهي عند الطلب، وفي الملف ما كان قد وصل</translation></message>
<message><source>The file could not be marked with where it came from</source><translation>تعذر وسم الملف بمصدره</translation></message>
<message><source>Begun anew: what another program had left was not right</source><translation>بدأ من جديد: ما تركه برنامج آخر لم يكن صحيحًا</translation></message>
<message><source>No checksum is known: of what another program had left only samples were compared</source><translation>لا يُعرف مجموع تحقق: لم تُقارن إلا عينات مما تركه برنامج آخر</translation></message>
<message><source>Added, from {host}</source><translation>أُضيف، من {host}</translation></message>
<message numerus="yes"><source>%Ln more address(es)</source><translation><numerusform>لا عناوين أخرى</numerusform><numerusform>عنوان آخر</numerusform><numerusform>عنوانان آخران</numerusform><numerusform>%Ln عناوين أخرى</numerusform><numerusform>%Ln عنوانًا آخر</numerusform><numerusform>%Ln عنوان آخر</numerusform></translation></message>
<message><source>Attempt {number} begins</source><translation>تبدأ المحاولة {number}</translation></message>
<message><source>length unknown</source><translation>الطول غير معروف</translation></message>
<message><source>can be resumed</source><translation>قابل للاستئناف</translation></message>
<message><source>cannot be resumed</source><translation>غير قابل للاستئناف</translation></message>
<message><source>{host} answers</source><translation>استجاب {host}</translation></message>
<message numerus="yes"><source>%Ln connection(s) at work</source><translation><numerusform>لا اتصالات تعمل</numerusform><numerusform>اتصال واحد يعمل</numerusform><numerusform>اتصالان يعملان</numerusform><numerusform>%Ln اتصالات تعمل</numerusform><numerusform>%Ln اتصالًا يعمل</numerusform><numerusform>%Ln اتصال يعمل</numerusform></translation></message>
<message><source>Trying again in {time}</source><translation>محاولة أخرى بعد {time}</translation></message>
<message><source>Trying again at once</source><translation>محاولة أخرى فورًا</translation></message>
<message><source>Failed</source><translation>فشل</translation></message>
<message><source>Begun anew, as asked for</source><translation>بدأ من جديد عند الطلب</translation></message>
<message><source>Notice {number}</source><translation>الملاحظة {number}</translation></message>
<message><source>{host} is asked no more</source><translation>لم يعد يُسأل {host}</translation></message>
<message><source>The {algorithm} checksum you gave is right</source><translation>المجموع الاختباري {algorithm} الذي أدخلته صحيح</translation></message>
<message><source>The {algorithm} checksum of every piece is right</source><translation>المجموع الاختباري {algorithm} لكل قطعة صحيح</translation></message>
<message><source>The {algorithm} checksum is right</source><translation>المجموع الاختباري {algorithm} صحيح</translation></message>
<message><source>The {algorithm} checksum from {source} is right</source><translation>المجموع الاختباري {algorithm} من {source} صحيح</translation></message>
<message><source>{time} after it was added</source><translation>بعد {time} من إضافته</translation></message>
<message><source>Finished</source><translation>اكتمل</translation></message>
<message><source>A connection to {host} ended early</source><translation>انتهى اتصال بـ {host} مبكرًا</translation></message>
<message><source>the server sent no more</source><translation>توقف الخادم عن الإرسال</translation></message>
<message><source>{size} on disk had been changed and are fetched again</source><translation>تغيّرت {size} على القرص وتُنزَّل مجددًا</translation></message>
<message><source>Goes on from another address, at {host}</source><translation>يتابع من عنوان آخر، في {host}</translation></message>
<message><source>Renamed to {name}</source><translation>أُعيدت التسمية إلى {name}</translation></message>
<message><source>Moved to {folder}</source><translation>نُقل إلى {folder}</translation></message>
<message><source>Checked again: every byte is right</source><translation>فُحص مجددًا: كل بايت صحيح</translation></message>
<message><source>Checked again: the size is right, and nothing more is known</source><translation>فُحص مجددًا: الحجم صحيح، ولا يُعرف غير ذلك</translation></message>
<message><source>Checked again: it is not the file any more that was downloaded</source><translation>فُحص مجددًا: اختلف عن الملف الذي نُزِّل</translation></message>
<message><source>Checked again: the file is no longer there</source><translation>فُحص مجددًا: لم يعد الملف موجودًا</translation></message>
<message><source>Checked again: the file cannot be read</source><translation>فُحص مجددًا: تعذرت قراءة الملف</translation></message>
<message><source>Checked again: the file is there, and nothing more is known</source><translation>فُحص مجددًا: الملف موجود، ولا يُعرف غير ذلك</translation></message>
<message><source>The check was stopped</source><translation>أُوقف الفحص</translation></message>
<message><source>Checked again</source><translation>فُحص مجددًا</translation></message>
<message><source>by the digests Headrace kept of it</source><translation>ببصماته التي احتفظ بها Headrace</translation></message>
<message><source>{size} of another program's file taken over</source><translation>أُخذ {size} من ملف برنامج آخر</translation></message>
<message numerus="yes"><source>%Ln sample(s) compared with the server's</source><translation><numerusform>لم تُقارن أي عينة بما في الخادم</numerusform><numerusform>قورنت عينة واحدة بما في الخادم</numerusform><numerusform>قورنت عينتان بما في الخادم</numerusform><numerusform>قورنت %Ln عينات بما في الخادم</numerusform><numerusform>قورنت %Ln عينة بما في الخادم</numerusform><numerusform>قورنت %Ln عينة بما في الخادم</numerusform></translation></message>
<message><source>A new version of a watched file, now called {name}</source><translation>نسخة جديدة من ملف مراقَب، اسمها الآن {name}</translation></message>
<message><source>A newer version has the name {name} now</source><translation>أصبح الاسم {name} لنسخة أحدث</translation></message>
<message><source>Paused</source><translation>أُوقف مؤقتًا</translation></message>
<message><source>Resumed</source><translation>استؤنف</translation></message>
<message><source>Taken off the list</source><translation>أُزيل من القائمة</translation></message>
<message><source>Put back on the list</source><translation>أُعيد إلى القائمة</translation></message>
<message><source>Headrace was closed</source><translation>أُغلق Headrace</translation></message>
<message><source>Headrace started and found it under way</source><translation>بدأ Headrace فوجده جاريًا</translation></message>
<message><source>Stopped</source><translation>توقف</translation></message>
<message><source>Asked for anew, from the first byte</source><translation>طُلب من جديد، من البايت الأول</translation></message>
<message><source>{size} here</source><translation>وصلت {size}</translation></message>
<message><source>HTTP status {status}</source><translation>حالة HTTP {status}</translation></message>
<message><source>Reason {number}</source><translation>السبب {number}</translation></message>
</context>
<context>
<name>TakeOver</name>
<message><source>Take over an unfinished file</source><translation>تولي ملف غير مكتمل</translation></message>
<message><source>Take over</source><translation>تولي</translation></message>
<message><source>Address it came from</source><translation>العنوان الذي جاء منه</translation></message>
<message><source>This is not an address. It begins with https:// or http://.</source><translation>هذا ليس عنوانًا. يبدأ العنوان بـ https:// أو http://.</translation></message>
<message><source>{size} of {total}</source><translation>{size} من {total}</translation></message>
<message><source>{name}: {there}, left by {program}.</source><translation>{name}: {there}، تركه {program}.</translation></message>
<message><source>{name}: {there}.</source><translation>{name}: {there}.</translation></message>
<message><source>Samples are compared with the server's file first; the download then goes on in the same folder. End it in the other program before.</source><translation>تُقارن عينات أولًا بملف الخادم، ثم يستمر التنزيل في المجلد نفسه. أنهِه قبل ذلك في البرنامج الآخر.</translation></message>
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
<message><source>No limit</source><translation>بلا حد</translation></message>
<message><source>{size}/s</source><translation>{size}/s</translation></message>
<message><source>{number} %</source><translation>{number}٪؜</translation></message>
<message><source>a moment</source><translation>لحظة</translation></message>
<message><source>{seconds} s</source><translation>‏{seconds} ث</translation></message>
<message><source>about {time}</source><translation>نحو {time}</translation></message>
<message numerus="yes"><source>about %Ln day(s)</source><translation><numerusform>أقل من يوم</numerusform><numerusform>نحو يوم</numerusform><numerusform>نحو يومين</numerusform><numerusform>نحو %Ln أيام</numerusform><numerusform>نحو %Ln يومًا</numerusform><numerusform>نحو %Ln يوم</numerusform></translation></message>
<message><source>over a month</source><translation>أكثر من شهر</translation></message>
<message><source>{minutes} min</source><translation>‏{minutes} د</translation></message>
<message><source>{hours} h</source><translation>‏{hours} س</translation></message>
<message><source>yesterday</source><translation>أمس</translation></message>
<message><source>d MMM</source><extracomment>A date of this year in Qt's format: d is the day, MMM the month's short name. "MMM d", "M月d日"</extracomment><translation>d MMM</translation></message>
<message><source>d MMM yyyy</source><extracomment>A date in Qt's format: d is the day, MMM the month's short name, yyyy the year</extracomment><translation>d MMM yyyy</translation></message>
</context>
<context>
<name>Unpacking</name>
<message><source>There is no program here that plays sounds</source><translation>لا يوجد هنا برنامج يشغّل الأصوات</translation></message>
<message><source>Stop</source><translation>إلغاء</translation></message>
<message><source>Open</source><translation>فتح</translation></message>
<message><source>It is no zip, tar or 7z archive.</source><translation>ليس أرشيفًا من نوع zip أو tar أو 7z.</translation></message>
<message><source>RAR archives are not extracted.</source><translation>أرشيفات RAR لا تُستخرج.</translation></message>
<message><source>It is one part of several, which are not put together.</source><translation>إنه جزء من عدة أجزاء، وهي لا تُجمع هنا.</translation></message>
<message><source>The file is not there any more.</source><translation>لم يعد الملف موجودًا.</translation></message>
<message><source>The library {detail} is not installed.</source><translation>المكتبة {detail} غير مثبّتة.</translation></message>
<message><source>It is packed in a way that is not known here.</source><translation>إنه مضغوط بطريقة غير معروفة هنا.</translation></message>
<message><source>It wants a password.</source><translation>يطلب كلمة مرور.</translation></message>
<message><source>It is damaged.</source><translation>إنه تالف.</translation></message>
<message><source>A name in it leads out of its folder: {detail}</source><translation>فيه اسم يقود إلى خارج مجلده: {detail}</translation></message>
<message><source>It was made to do harm: several files in it are the same bytes.</source><translation>صُنع للإضرار: عدة ملفات فيه هي البايتات نفسها.</translation></message>
<message><source>It unpacks to far more than it is.</source><translation>يصبح بعد فك الضغط أكبر من حجمه بكثير جدًا.</translation></message>
<message><source>It holds too many files.</source><translation>يحوي ملفات أكثر من اللازم.</translation></message>
<message><source>There is too little room on the disk.</source><translation>المساحة على القرص غير كافية.</translation></message>
<message><source>The disk refuses: {detail}</source><translation>القرص يرفض: {detail}</translation></message>
<message><source>It was stopped.</source><translation>أُوقف.</translation></message>
<message><source>“{name}” was not extracted. {why}</source><translation>لم يُستخرج «{name}». {why}</translation></message>
<message><source>“{name}” extracted</source><translation>استُخرج «{name}»</translation></message>
<message numerus="yes"><source>%Ln file(s)</source><translation><numerusform>لا ملفات</numerusform><numerusform>ملف واحد</numerusform><numerusform>ملفان</numerusform><numerusform>%Ln ملفات</numerusform><numerusform>%Ln ملفًا</numerusform><numerusform>%Ln ملف</numerusform></translation></message>
<message numerus="yes"><source>%Ln link(s) left out</source><translation><numerusform>لم يُترك أي رابط</numerusform><numerusform>تُرك رابط واحد</numerusform><numerusform>تُرك رابطان</numerusform><numerusform>تُركت %Ln روابط</numerusform><numerusform>تُرك %Ln رابطًا</numerusform><numerusform>تُرك %Ln رابط</numerusform></translation></message>
<message><source>Extracting “{name}”…</source><translation>يجري استخراج «{name}»…</translation></message>
</context>
<context>
<name>Watch</name>
<message><source>A new version has arrived</source><translation>وصلت نسخة جديدة</translation></message>
<message><source>minutes</source><translation>دقائق</translation></message>
<message><source>hours</source><translation>ساعات</translation></message>
<message><source>days</source><translation>أيام</translation></message>
<message><source>Watch for changes</source><translation>مراقبة التغييرات</translation></message>
<message><source>Watch</source><translation>مراقبة</translation></message>
<message><source>Look &amp;every</source><translation>ال&amp;فحص كل</translation></message>
<message><source>Versions to &amp;keep, the newest among them</source><translation>عدد النسخ الم&amp;حتفَظ بها، بما فيها الأحدث</translation></message>
<message><source>Time between two looks</source><translation>الوقت بين فحصين</translation></message>
<message><source>Unit of the time between two looks</source><translation>وحدة الوقت بين فحصين</translation></message>
<message><source>All</source><translation>الكل</translation></message>
<message><source>&amp;Look now</source><translation>ا&amp;فحص الآن</translation></message>
<message><source>&amp;Stop watching</source><translation>إي&amp;قاف المراقبة</translation></message>
<message><source>A recording cannot be watched.</source><translation>لا يمكن مراقبة تسجيل.</translation></message>
<message><source>While Headrace runs, the server is asked whether the file has changed. A new version is downloaded and takes the file's name; the one before it is kept under a name with its date.</source><translation>ما دام Headrace يعمل، يُسأل الخادم هل تغيّر الملف. تُنزَّل النسخة الجديدة وتأخذ اسم الملف، وتبقى النسخة السابقة باسم يحمل تاريخها.</translation></message>
<message><source>Show in folder</source><translation>إظهار في المجلد</translation></message>
<message><source>changed version of a watched file</source><translation>نسخة متغيّرة من ملف مراقَب</translation></message>
<message><source>watched: a change, being fetched</source><translation>مراقَب: تغيّر، ويجري جلبه</translation></message>
<message><source>watched: {reason}</source><translation>مراقَب: {reason}</translation></message>
<message><source>watched</source><translation>مراقَب</translation></message>
<message><source>watched: new version, {time}</source><translation>مراقَب: نسخة جديدة، {time}</translation></message>
<message><source>watched: no change, {time}</source><translation>مراقَب: دون تغيير، {time}</translation></message>
<message><source>Last look: {time}, {outcome}.</source><translation>آخر فحص: {time}، {outcome}.</translation></message>
<message><source>Next look: {time}.</source><translation>الفحص التالي: {time}.</translation></message>
<message numerus="yes"><source>%Ln earlier version(s) kept.</source><translation><numerusform>لم يُحتفَظ بأي نسخة سابقة.</numerusform><numerusform>احتُفِظ بنسخة سابقة واحدة.</numerusform><numerusform>احتُفِظ بنسختين سابقتين.</numerusform><numerusform>احتُفِظ بـ %Ln نسخ سابقة.</numerusform><numerusform>احتُفِظ بـ %Ln نسخة سابقة.</numerusform><numerusform>احتُفِظ بـ %Ln نسخة سابقة.</numerusform></translation></message>
<message><source>something has changed</source><translation>تغيّر شيء</translation></message>
<message><source>a new version</source><translation>نسخة جديدة</translation></message>
<message><source>no change</source><translation>لا تغيير</translation></message>
<message><source>A new version of {name} has arrived</source><translation>وصلت نسخة جديدة من {name}</translation></message>
</context>
<context>
<name>Window</name>
<message><source>The command {what} could not be run: {why}.</source><translation>تعذر تشغيل الأمر {what}: {why}.</translation></message>
<message><source>{what} could not be told what happens: {why}.</source><translation>تعذر إبلاغ {what} بما يحدث: {why}.</translation></message>
<message><source>The list {what} could not be added: {why}.</source><translation>تعذرت إضافة القائمة {what}: {why}.</translation></message>
<message><source>More</source><translation>المزيد</translation></message>
<message><source>Add</source><translation>إضافة</translation></message>
<message numerus="yes"><source>%Ln link(s) to files on the clipboard</source><translation><numerusform>لا روابط إلى ملفات في الحافظة</numerusform><numerusform>رابط واحد إلى ملف في الحافظة</numerusform><numerusform>رابطان إلى ملفين في الحافظة</numerusform><numerusform>%Ln روابط إلى ملفات في الحافظة</numerusform><numerusform>%Ln رابطًا إلى ملفات في الحافظة</numerusform><numerusform>%Ln رابط إلى ملفات في الحافظة</numerusform></translation></message>
<message><source>This network wants a login first: open any page in your browser.</source><translation>هذه الشبكة تطلب تسجيل الدخول أولًا: افتح أي صفحة في متصفحك.</translation></message>
<message><source>Nothing matches “{text}”</source><translation>لا شيء يطابق «{text}»</translation></message>
<message><source>Clear the search</source><translation>مسح البحث</translation></message>
<message><source>Nothing here at the moment</source><translation>لا شيء هنا في الوقت الحالي</translation></message>
<message><source>Choose All to see everything</source><translation>اختر «الكل» لرؤية كل شيء</translation></message>
<message><source>Drop links here</source><translation>أفلت الروابط هنا</translation></message>
<message><source>or press Ctrl+N to add some, Ctrl+V to paste what you copied</source><translation>أو اضغط Ctrl+N لإضافتها، أو Ctrl+V للصق ما نسخته</translation></message>
<message><source>There is no address in it</source><translation>لا عنوان فيه</translation></message>
<message numerus="yes"><source>Added %Ln download(s)</source><translation><numerusform>لم يُضف أي تنزيل</numerusform><numerusform>أُضيف تنزيل واحد</numerusform><numerusform>أُضيف تنزيلان</numerusform><numerusform>أُضيفت %Ln تنزيلات</numerusform><numerusform>أُضيف %Ln تنزيلًا</numerusform><numerusform>أُضيف %Ln تنزيل</numerusform></translation></message>
<message><source>There is no address on the clipboard</source><translation>لا عنوان في الحافظة</translation></message>
<message><source>Close this message</source><translation>إغلاق هذه الرسالة</translation></message>
<message><source>Search name, address or host</source><translation>البحث باسم أو عنوان أو مضيف</translation></message>
<message><source>Other programs cannot be served at port {port}: {why}. Choose another port.</source><translation>لا يمكن خدمة البرامج الأخرى عند المنفذ {port}: {why}. اختر منفذًا آخر.</translation></message>
<message><source>Speed limit over all downloads</source><translation>حد السرعة لكل التنزيلات</translation></message>
<message><source>Quiet, speed limit: {limit}</source><translation>هادئ، حد السرعة: {limit}</translation></message>
<message><source>Speed limit: {limit}</source><translation>حد السرعة: {limit}</translation></message>
<message><source>Other limit…</source><translation>حد آخر…</translation></message>
<message><source>Headrace cannot save to its profile folder. {reason}</source><translation>تعذر على Headrace الحفظ في مجلد بياناته. {reason}</translation></message>
</context>
<context>
<name>Words</name>
<message><source>Waiting, the queue is held</source><translation>بالانتظار، قائمة الانتظار معلّقة</translation></message>
<message><source>Waiting for the hours of its queue</source><translation>بانتظار ساعات قائمته</translation></message>
<message><source>Waiting, this network wants a login in a browser</source><translation>بالانتظار، هذه الشبكة تطلب تسجيل الدخول في متصفح</translation></message>
<message><source>Waiting for a network that is not metered</source><translation>بانتظار شبكة لا تحسب البيانات</translation></message>
<message><source>Waiting, the data budget is used up</source><translation>بالانتظار، نفدت حصة البيانات</translation></message>
<message><source>Waiting for the hours of its queue, from {time}</source><translation>بانتظار ساعات قائمته، من {time}</translation></message>
<message><source>Waiting, the data budget is used up until {time}</source><translation>بالانتظار، نفدت حصة البيانات حتى {time}</translation></message>
<message><source>Waiting, the data budget of {budget} is used up until {time}</source><translation>بالانتظار، نفدت حصة البيانات {budget} حتى {time}</translation></message>
<message><source>All</source><translation>الكل</translation></message>
<message><source>Active</source><translation>نشط</translation></message>
<message><source>Waiting</source><translation>في الانتظار</translation></message>
<message><source>Paused</source><translation>متوقف مؤقتًا</translation></message>
<message><source>Finished</source><translation>مكتمل</translation></message>
<message><source>Failed</source><translation>فشل</translation></message>
<message><source>Video</source><translation>فيديو</translation></message>
<message><source>Music</source><translation>موسيقى</translation></message>
<message><source>Pictures</source><translation>صور</translation></message>
<message><source>Documents</source><translation>مستندات</translation></message>
<message><source>Archives</source><translation>أرشيفات</translation></message>
<message><source>Programs</source><translation>برامج</translation></message>
<message><source>Other</source><translation>أخرى</translation></message>
<message><source>Connecting</source><translation>جارٍ الاتصال</translation></message>
<message><source>Downloading</source><translation>جارٍ التنزيل</translation></message>
<message><source>Trying again soon</source><translation>محاولة أخرى قريبًا</translation></message>
<message><source>Finishing</source><translation>جارٍ الإنهاء</translation></message>
<message><source>Done</source><translation>تم</translation></message>
<message numerus="yes"><source>%Ln connection(s)</source><translation><numerusform>لا اتصالات</numerusform><numerusform>اتصال واحد</numerusform><numerusform>اتصالان</numerusform><numerusform>%Ln اتصالات</numerusform><numerusform>%Ln اتصالًا</numerusform><numerusform>%Ln اتصال</numerusform></translation></message>
<message numerus="yes"><source>%Ln download(s)</source><translation><numerusform>لا تنزيلات</numerusform><numerusform>تنزيل واحد</numerusform><numerusform>تنزيلان</numerusform><numerusform>%Ln تنزيلات</numerusform><numerusform>%Ln تنزيلًا</numerusform><numerusform>%Ln تنزيل</numerusform></translation></message>
<message><source>Missing</source><comment>a file that is gone</comment><translation>مفقود</translation></message>
<message><source>{size} so far</source><translation>{size} حتى الآن</translation></message>
<message><source>Private</source><translation>خاص</translation></message>
<message><source>Waiting for a free place</source><translation>بانتظار مكان شاغر</translation></message>
<message><source>Waiting in {queue}, number {place} in line</source><translation>في الانتظار في {queue}، الترتيب {place}</translation></message>
<message><source>Waiting for a free place, next in line</source><translation>بانتظار مكان شاغر، وهو التالي</translation></message>
<message><source>Waiting for a free place, number {place} in line</source><translation>بانتظار مكان شاغر، الترتيب {place}</translation></message>
<message><source>Connecting to {host}</source><translation>جارٍ الاتصال بـ {host}</translation></message>
<message><source>from {host}</source><translation>من {host}</translation></message>
<message><source>nothing is arriving at the moment</source><translation>لا يصل شيء في الوقت الحالي</translation></message>
<message><source>limited to {speed}</source><translation>مقيّد بـ {speed}</translation></message>
<message><source>cannot be resumed</source><translation>غير قابل للاستئناف</translation></message>
<message><source>Interrupted</source><translation>انقطع</translation></message>
<message><source>{reason}, trying again soon</source><translation>{reason}، محاولة أخرى قريبًا</translation></message>
<message><source>{reason}, trying again now</source><translation>{reason}، محاولة أخرى الآن</translation></message>
<message><source>{reason}, trying again in {time}</source><translation>{reason}، محاولة أخرى بعد {time}</translation></message>
<message><source>Checking the file and saving it for good</source><translation>جارٍ فحص الملف وحفظه نهائيًا</translation></message>
<message><source>Paused · will begin again, the server cannot resume</source><translation>متوقف مؤقتًا · سيبدأ من جديد، فالخادم لا يستأنف</translation></message>
<message><source>Paused · resumes from {size}</source><translation>متوقف مؤقتًا · يُستأنف من {size}</translation></message>
<message><source>{size} kept</source><translation>بقيت {size}</translation></message>
<message><source>File is no longer there</source><translation>لم يعد الملف موجودًا</translation></message>
<message><source>Skipped, a file of that name was there already</source><translation>لم يُنزَّل، لوجود ملف بهذا الاسم</translation></message>
<message><source>Finished, length checked</source><translation>اكتمل، والطول صحيح</translation></message>
<message><source>Finished</source><comment>a download's state</comment><translation>اكتمل</translation></message>
<message><source>Finished, verified by {proof}</source><translation>اكتمل، وتُحقق منه بـ {proof}</translation></message>
<message><source>{what} (needs {size} more)</source><translation>{what} (يلزم {size} إضافية)</translation></message>
<message><source>To log in: {command}</source><translation>لتسجيل الدخول: {command}</translation></message>
<message><source>{what}. {advice}.</source><translation>{what}. {advice}.</translation></message>
<message><source>The server's status was {status}.</source><translation>رمز حالة الخادم {status}.</translation></message>
<message><source>{time} left</source><translation>يتبقى {time}</translation></message>
</context>
</TS>
