<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
<name>Actions</name>
<message><source>&amp;Add downloads…</source><translation>添加下载任务(&amp;A)…</translation></message>
<message><source>Add</source><translation>添加</translation></message>
<message><source>Add from the c&amp;lipboard</source><translation>从剪贴板添加(&amp;P)</translation></message>
<message><source>&amp;Open lists…</source><translation>打开列表(&amp;O)…</translation></message>
<message><source>&amp;Export the list…</source><translation>导出列表(&amp;E)…</translation></message>
<message><source>&amp;Take over an unfinished file…</source><translation>接管未完成的文件(&amp;T)…</translation></message>
<message><source>&amp;Resume</source><translation>继续(&amp;R)</translation></message>
<message><source>A&amp;llow it and try again</source><translation>允许并重试(&amp;A)</translation></message>
<message><source>&amp;End recording and keep it</source><translation>结束录制并保留(&amp;K)</translation></message>
<message><source>&amp;Pause</source><translation>暂停(&amp;P)</translation></message>
<message><source>Pause or resume</source><translation>暂停或继续</translation></message>
<message><source>Re&amp;move</source><translation>移除(&amp;M)</translation></message>
<message><source>Remove with f&amp;ile</source><translation>连同文件移除(&amp;H)</translation></message>
<message><source>&amp;Delete for good…</source><translation>彻底删除(&amp;X)…</translation></message>
<message><source>Move &amp;up in line</source><translation>在队列中上移(&amp;U)</translation></message>
<message><source>Move up</source><translation>上移</translation></message>
<message><source>Move do&amp;wn in line</source><translation>在队列中下移(&amp;W)</translation></message>
<message><source>Move down</source><translation>下移</translation></message>
<message><source>Move to the &amp;top</source><translation>移到队首(&amp;T)</translation></message>
<message><source>Move to the &amp;bottom</source><translation>移到队尾(&amp;B)</translation></message>
<message><source>&amp;Open</source><translation>打开(&amp;O)</translation></message>
<message><source>Show in &amp;folder</source><translation>在文件夹中显示(&amp;F)</translation></message>
<message><source>Re&amp;name…</source><translation>重命名(&amp;N)…</translation></message>
<message><source>Move to another fo&amp;lder…</source><translation>移动到其他文件夹(&amp;G)…</translation></message>
<message><source>Sort b&amp;y the rules…</source><translation>按规则整理(&amp;Y)…</translation></message>
<message><source>Change addre&amp;ss…</source><translation>更改地址(&amp;S)…</translation></message>
<message><source>Lo&amp;g in…</source><translation>登录(&amp;G)…</translation></message>
<message><source>Show the c&amp;ertificate…</source><translation>显示证书(&amp;F)…</translation></message>
<message><source>Rules for the h&amp;ost…</source><translation>主机规则(&amp;O)…</translation></message>
<message><source>Cook&amp;ies…</source><translation>Cookie(&amp;I)…</translation></message>
<message><source>E&amp;xtract</source><translation>解压(&amp;Z)</translation></message>
<message><source>&amp;Verify again</source><translation>重新校验(&amp;V)</translation></message>
<message><source>&amp;Download again</source><translation>重新下载(&amp;D)</translation></message>
<message><source>Wat&amp;ch for changes…</source><translation>监视更改(&amp;C)…</translation></message>
<message><source>&amp;Hand over to yt-dlp</source><translation>移交给 yt-dlp(&amp;H)</translation></message>
<message><source>Propert&amp;ies…</source><translation>属性(&amp;I)…</translation></message>
<message><source>&amp;Copy address</source><translation>复制地址(&amp;C)</translation></message>
<message><source>Select &amp;all</source><translation>全选(&amp;A)</translation></message>
<message><source>Pause a&amp;ll</source><translation>全部暂停(&amp;L)</translation></message>
<message><source>Resume all paus&amp;ed</source><translation>继续所有已暂停任务(&amp;E)</translation></message>
<message><source>&amp;Clear finished from the list</source><translation>从列表中清除已完成项(&amp;C)</translation></message>
<message><source>&amp;Quiet</source><translation>静默模式(&amp;Q)</translation></message>
<message><source>Start no&amp;w, regardless</source><translation>立即开始，不受限制(&amp;W)</translation></message>
<message><source>&amp;Undo remove</source><translation>撤销移除(&amp;U)</translation></message>
<message><source>&amp;Find</source><translation>查找(&amp;F)</translation></message>
<message><source>&amp;Details</source><translation>详情(&amp;D)</translation></message>
<message><source>&amp;One-line rows</source><translation>单行显示(&amp;O)</translation></message>
<message><source>&amp;History…</source><translation>历史记录(&amp;H)…</translation></message>
<message><source>&amp;Settings…</source><translation>设置(&amp;S)…</translation></message>
<message><source>&amp;Keyboard shortcuts</source><translation>键盘快捷键(&amp;K)</translation></message>
<message><source>&amp;About Headrace</source><translation>关于 Headrace(&amp;A)</translation></message>
<message><source>When all is &amp;done</source><translation>全部完成后(&amp;W)</translation></message>
<message><source>&amp;Quit</source><translation>退出(&amp;Q)</translation></message>
<message><source>&amp;File</source><translation>文件(&amp;F)</translation></message>
<message><source>&amp;Edit</source><translation>编辑(&amp;E)</translation></message>
<message><source>&amp;View</source><translation>视图(&amp;V)</translation></message>
<message><source>&amp;Download</source><translation>下载(&amp;D)</translation></message>
<message><source>&amp;Help</source><translation>帮助(&amp;H)</translation></message>
<message><source>&amp;Try again</source><translation>重试(&amp;R)</translation></message>
<message><source>&amp;Copy addresses</source><translation>复制地址(&amp;C)</translation></message>
<message><source>Rules for {host}…</source><translation>{host} 的规则…</translation></message>
<message><source>Show the host k&amp;ey…</source><translation>显示主机密钥(&amp;F)…</translation></message>
</context>
<context>
<name>Add</name>
<message><source>Addresses</source><translation>地址</translation></message>
<message><source>Add downloads</source><translation>添加下载任务</translation></message>
<message><source>Reading… {count}</source><translation>正在读取… {count}</translation></message>
<message><source>The text is too long: its end is left out.</source><translation>文本过长：末尾部分已略去。</translation></message>
<message><source>at least {size}</source><translation>至少 {size}</translation></message>
<message numerus="yes"><source>%Ln line(s) without an address</source><translation><numerusform>%Ln 行不含地址</numerusform></translation></message>
<message><source>Download</source><translation>下载</translation></message>
<message><source>A&amp;dd paused</source><translation>添加后暂停(&amp;D)</translation></message>
<message><source>Download {count}</source><translation>下载 {count} 项</translation></message>
<message><source>Download now</source><translation>立即下载</translation></message>
<message><source>Take &amp;brackets as they are</source><translation>方括号和花括号按原样处理(&amp;B)</translation></message>
<message><source>For addresses that really hold [1-3] or {a,b}</source><translation>用于地址中确实含有 [1-3] 或 {a,b} 的情况</translation></message>
<message><source>Mor&amp;e: headers, login, proxy, limit, checksum, mirrors</source><translation>更多(&amp;E)：请求头、登录、代理、限速、校验和、镜像</translation></message>
<message><source>Cancel</source><translation>取消</translation></message>
<message><source>One address a line, patterns such as [01-12], or a pasted curl command</source><translation>每行一个地址，可用 [01-12] 这样的模式，也可粘贴 curl 命令</translation></message>
<message><source>Headrace</source><translation>Headrace</translation></message>
<message><source>Firefox on Windows</source><translation>Windows 版 Firefox</translation></message>
<message><source>Chrome on Windows</source><translation>Windows 版 Chrome</translation></message>
<message><source>Edge on Windows</source><translation>Windows 版 Edge</translation></message>
<message><source>Safari on a Mac</source><translation>Mac 版 Safari</translation></message>
<message><source>curl</source><translation>curl</translation></message>
<message><source>&amp;Headers, one a line</source><translation>请求头，每行一个(&amp;H)</translation></message>
<message><source>&amp;Referer</source><translation>Referer(&amp;R)</translation></message>
<message><source>User &amp;agent</source><translation>用户代理(&amp;A)</translation></message>
<message><source>&amp;User name</source><translation>用户名(&amp;U)</translation></message>
<message><source>&amp;Password</source><translation>密码(&amp;P)</translation></message>
<message><source>Cookies</source><translation>Cookie</translation></message>
<message><source>C&amp;onnections at most</source><translation>最大连接数(&amp;O)</translation></message>
<message><source>Speed &amp;limit</source><translation>限速(&amp;L)</translation></message>
<message><source>Pro&amp;xy</source><translation>代理(&amp;X)</translation></message>
<message><source>Chec&amp;ksum</source><translation>校验和(&amp;K)</translation></message>
<message><source>&amp;Mirrors, one a line</source><translation>镜像，每行一个(&amp;M)</translation></message>
<message><source>Name: value</source><translation>Name: value</translation></message>
<message><source>As in the settings</source><translation>与设置一致</translation></message>
<message><source>sha256:… or the bare digest</source><translation>sha256:… 或仅填摘要</translation></message>
<message><source>Other addresses of the same file</source><translation>同一文件的其他地址</translation></message>
<message><source>No limit of its own</source><translation>不单独限速</translation></message>
<message><source> MB/s</source><translation> MB/s</translation></message>
<message><source>Pri&amp;vate</source><translation>私密(&amp;V)</translation></message>
<message><source>Nothing is kept of it but the file: no history, no log, no mark. What is unfinished when Headrace ends is deleted.</source><translation>除文件外不保留任何内容：没有历史记录、日志或标记。Headrace 退出时未完成的部分会被删除。</translation></message>
<message><source>The header “{name}” cannot be sent: write Name: value</source><translation>无法发送请求头“{name}”：请写成 Name: value</translation></message>
<message><source>Headrace sets the header “{name}” itself</source><translation>请求头“{name}”由 Headrace 自行设置</translation></message>
<message><source>Write the proxy as http://proxy.example:3128, or “direct” for none</source><translation>请将代理写成 http://proxy.example:3128，或写“direct”表示不用代理</translation></message>
<message><source>This is no checksum: digits are missing, or too many</source><translation>这不是校验和：位数过少或过多</translation></message>
<message><source>This checksum proves nothing; SHA-256 would</source><translation>这种校验和证明不了什么，请用 SHA-256</translation></message>
<message><source>A mirror is an address with http, https, ftp or sftp</source><translation>镜像应为使用 http、https、ftp 或 sftp 的地址</translation></message>
<message><source>{most} mirrors are the most</source><translation>最多 {most} 个镜像</translation></message>
<message><source>&amp;Name</source><translation>名称(&amp;N)</translation></message>
<message><source>&amp;Category</source><translation>分类(&amp;C)</translation></message>
<message><source>&amp;Queue</source><translation>队列(&amp;Q)</translation></message>
<message><source>By type</source><translation>按类型</translation></message>
<message><source>Main</source><translation>主队列</translation></message>
<message><source>&amp;Save to (folder of the queue {queue})</source><extracomment>{queue} is the name of a queue that has a folder of its own</extracomment><translation>保存到(&amp;S)（队列“{queue}”的文件夹）</translation></message>
<message><source>&amp;Save to</source><translation>保存到(&amp;S)</translation></message>
<message numerus="yes"><source>Already there: %Ln</source><translation><numerusform>已存在：%Ln 项</numerusform></translation></message>
<message><source>{status}, not found</source><translation>{status} 未找到</translation></message>
<message><source>{status}, gone</source><translation>{status} 已不存在</translation></message>
<message><source>{status}, refused</source><translation>{status} 被拒绝</translation></message>
<message><source>needs a login</source><translation>需要登录</translation></message>
<message><source>proxy needs a login</source><translation>代理需要登录</translation></message>
<message><source>proxy cannot be reached</source><translation>无法连接代理</translation></message>
<message><source>proxy refuses</source><translation>代理拒绝</translation></message>
<message><source>{status}, too many requests</source><translation>{status} 请求过多</translation></message>
<message><source>{status}, server is busy</source><translation>{status} 服务器繁忙</translation></message>
<message><source>{status}, server has a fault</source><translation>{status} 服务器出错</translation></message>
<message><source>no such server</source><translation>找不到服务器</translation></message>
<message><source>cannot be reached</source><translation>无法连接</translation></message>
<message><source>does not answer</source><translation>无响应</translation></message>
<message><source>connection lost</source><translation>连接中断</translation></message>
<message><source>not to be trusted</source><translation>证书不可信</translation></message>
<message><source>needs an extra: {detail}</source><translation>需要额外组件：{detail}</translation></message>
<message><source>host key is not known</source><translation>主机密钥未知</translation></message>
<message><source>host key has changed</source><translation>主机密钥已改变</translation></message>
<message><source>not secure</source><translation>不安全</translation></message>
<message><source>leads to an unsafe place</source><translation>跳转到不安全的地址</translation></message>
<message><source>leads into a private network</source><translation>跳转到私有网络</translation></message>
<message><source>leads in circles</source><translation>循环跳转</translation></message>
<message><source>no file there</source><translation>没有文件</translation></message>
<message><source>answer makes no sense</source><translation>响应无法识别</translation></message>
<message><source>no web server</source><translation>不是 Web 服务器</translation></message>
<message><source>already in the list</source><translation>已在列表中</translation></message>
<message><source>file is there already</source><translation>文件已存在</translation></message>
<message><source>name is taken in the list</source><translation>列表中已有此名称</translation></message>
<message><source>will be resumed</source><translation>将继续下载</translation></message>
<message><source>again, new name</source><translation>换名重新下载</translation></message>
<message><source>will be replaced</source><translation>将替换</translation></message>
<message><source>The command's proxy is not used.</source><translation>不使用命令中指定的代理。</translation></message>
<message><source>Certificates are checked as always, whatever the command says.</source><translation>无论命令如何指定，证书始终会检查。</translation></message>
<message><source>The command's file of cookies is not read.</source><translation>不读取命令中的 Cookie 文件。</translation></message>
<message><source>The files that the command names are not read.</source><translation>不读取命令中指定的文件。</translation></message>
<message><source>The command asks for a part; the whole file is fetched.</source><translation>命令只请求部分内容，但会下载整个文件。</translation></message>
<message><source>The command logs in by a scheme that is not supported.</source><translation>不支持命令中的登录方式。</translation></message>
<message><source>A header of the command cannot be sent and is left out.</source><translation>命令中有一个请求头无法发送，已忽略。</translation></message>
<message><source>asking…</source><translation>正在查询…</translation></message>
<message><source>a web page</source><translation>是网页</translation></message>
<message><source>cannot be resumed</source><translation>不可续传</translation></message>
<message><source>resumable</source><translation>可续传</translation></message>
<message><source>{checksum} expected</source><translation>待校验 {checksum}</translation></message>
<message><source>{algorithm} must be {digest}</source><translation>{algorithm} 应为 {digest}</translation></message>
<message><source>Skip</source><translation>跳过</translation></message>
<message><source>Resume</source><translation>继续</translation></message>
<message><source>Keep both</source><translation>都保留</translation></message>
<message><source>Replace</source><translation>替换</translation></message>
<message><source>Leave what is there, and add nothing</source><translation>保留现有内容，不添加</translation></message>
<message><source>Go on with the download in the list</source><translation>继续列表中的下载任务</translation></message>
<message><source>Fetch again, under a new name</source><translation>换个名称重新下载</translation></message>
<message><source>Fetch again; the new file takes the place of the old one</source><translation>重新下载，用新文件替换旧文件</translation></message>
<message><source>Downloads found in the text</source><translation>文本中找到的下载任务</translation></message>
<message><source>Tick</source><translation>勾选</translation></message>
<message><source>Untick</source><translation>取消勾选</translation></message>
<message><source>Tick only these</source><translation>仅勾选这些</translation></message>
<message><source>Tick all</source><translation>全部勾选</translation></message>
<message><source>Untick all</source><translation>全部取消勾选</translation></message>
<message><source>Ask the server again</source><translation>重新查询服务器</translation></message>
<message numerus="yes"><source>Copy %Ln address(es)</source><translation><numerusform>复制 %Ln 个地址</numerusform></translation></message>
<message><source>What you paste appears here</source><translation>粘贴的内容会显示在这里</translation></message>
<message><source>Sends the headers {names}</source><translation>发送请求头 {names}</translation></message>
<message><source>is not an address</source><translation>不是地址</translation></message>
<message><source>its checksum is damaged</source><translation>校验和已损坏</translation></message>
<message><source>a checksum, and no file of that name</source><translation>是校验和，但没有同名文件</translation></message>
<message><source>stands for {count} addresses, {most} is the most</source><translation>对应 {count} 个地址，上限为 {most}</translation></message>
<message><source>it holds spaces or control characters</source><translation>含有空格或控制字符</translation></message>
<message><source>does not begin with http://, https://, ftp:// or sftp://</source><translation>不以 http://、https://、ftp:// 或 sftp:// 开头</translation></message>
<message><source>has a backslash in its host</source><translation>主机名含有反斜杠</translation></message>
<message><source>names no host</source><translation>缺少主机名</translation></message>
<message><source>its host or port is not valid</source><translation>主机名或端口无效</translation></message>
<message><source>is a magnet link: a torrent client is for it</source><translation>是磁力链接：请使用种子客户端</translation></message>
<message><source>sends a form or a file, which a download cannot</source><translation>需提交表单或文件，下载不支持</translation></message>
<message><source>asks by another method than GET, which a download cannot</source><translation>使用 GET 以外的方法，下载不支持</translation></message>
<message><source>follows the links of pages; Headrace fetches single files</source><translation>需跟踪网页链接，Headrace 只下载单个文件</translation></message>
</context>
<context>
<name>Budgets</name>
<message><source>All networks</source><translation>所有网络</translation></message>
<message><source>Metered networks</source><translation>按流量计费的网络</translation></message>
<message><source>Wi-Fi</source><translation>Wi-Fi</translation></message>
<message><source>Mobile networks</source><translation>移动网络</translation></message>
<message><source>Ethernet</source><translation>以太网</translation></message>
<message><source>Other kinds of networks</source><translation>其他类型的网络</translation></message>
<message><source>{size} a day ({networks})</source><translation>每天 {size}（{networks}）</translation></message>
<message><source>{size} a week ({networks})</source><translation>每周 {size}（{networks}）</translation></message>
<message><source>{size} a month ({networks})</source><translation>每月 {size}（{networks}）</translation></message>
<message><source>Each day</source><translation>每天</translation></message>
<message><source>Each week</source><translation>每周</translation></message>
<message><source>Each month</source><translation>每月</translation></message>
<message><source>It is whole again on {day}.</source><translation>将于 {day} 恢复。</translation></message>
<message><source>What comes now does not count.</source><translation>当前的流量不计入。</translation></message>
<message><source> GB</source><translation> GB</translation></message>
<message><source>from day</source><translation>起始日</translation></message>
<message><source>How much may come: {budget}</source><translation>可用流量：{budget}</translation></message>
<message><source>How often: {budget}</source><translation>周期：{budget}</translation></message>
<message><source>Which networks count: {budget}</source><translation>计入的网络：{budget}</translation></message>
<message><source>The day on which a month begins: {budget}</source><translation>每月起始日：{budget}</translation></message>
<message><source>Remove {budget}</source><translation>移除 {budget}</translation></message>
<message><source>Add budget</source><translation>添加流量预算</translation></message>
<message><source>There is a budget for these networks and this period already.</source><translation>已有针对这些网络和此周期的流量预算。</translation></message>
<message><source>The budget is removed: {budget}</source><translation>已移除流量预算：{budget}</translation></message>
</context>
<context>
<name>Categories</name>
<message><source>Add category</source><translation>添加分类</translation></message>
<message><source>{name} is as it was.</source><translation>{name} 已恢复原样。</translation></message>
<message><source>New category</source><translation>新分类</translation></message>
<message><source>nothing yet</source><translation>暂无内容</translation></message>
<message><source>Bring {name} back to what it was</source><translation>将 {name} 恢复原样</translation></message>
<message><source>Show {name} earlier</source><translation>将 {name} 前移</translation></message>
<message><source>Show {name} later</source><translation>将 {name} 后移</translation></message>
<message><source>There is a category of this name.</source><translation>已有同名分类。</translation></message>
<message><source>A category needs a name of 60 characters at most.</source><translation>分类需要一个名称，最多 60 个字符。</translation></message>
<message><source>Write endings such as epub, without a dot within.</source><translation>请写扩展名，例如 epub，中间不要有点。</translation></message>
<message><source>Write types such as application/pdf or audio/*.</source><translation>请写类型，例如 application/pdf 或 audio/*。</translation></message>
<message><source>Name</source><translation>名称</translation></message>
<message><source>Picture</source><translation>图标</translation></message>
<message><source>Types the server tells</source><translation>服务器给出的类型</translation></message>
<message><source>Disc</source><translation>光盘</translation></message>
<message><source>Key</source><translation>钥匙</translation></message>
<message><source>Tool</source><translation>工具</translation></message>
</context>
<context>
<name>Certificate</name>
<message><source>Host key of {host}</source><translation>{host} 的主机密钥</translation></message>
<message><source>Certificate of {host}</source><translation>{host} 的证书</translation></message>
<message><source>Trust this key</source><translation>信任此密钥</translation></message>
<message><source>Trust this certificate</source><translation>信任此证书</translation></message>
<message><source>It is another key than the one known before. Either the server was set up anew, or somebody stands between you and it. Trust it only if whoever runs the server tells you the same fingerprint.</source><translation>它与此前已知的密钥不同。可能服务器经过重新安装，也可能有人位于您与服务器之间。仅当服务器的管理者告诉您相同的指纹时才信任它。</translation></message>
<message><source>It is not known yet, and somebody may stand between you and the server. Trust it only if whoever runs the server tells you the same fingerprint; then no other key is accepted there.</source><translation>该密钥尚未知晓，可能有人位于您与服务器之间。仅当服务器的管理者告诉您相同的指纹时才信任它；此后那里不接受任何其他密钥。</translation></message>
<message><source>It is not trusted: {why}. Somebody may stand between you and the server. Trust it only if you know the server and its fingerprint; then no other certificate is accepted there.</source><translation>该证书不受信任：{why}。可能有人位于您与服务器之间。仅当您认识该服务器及其指纹时才信任它；此后那里不接受任何其他证书。</translation></message>
<message><source>The server is asked for it…</source><translation>正在向服务器索取…</translation></message>
<message><source>Kind: {kind}</source><translation>类型：{kind}</translation></message>
<message><source>Issued to: {name}</source><translation>颁发给：{name}</translation></message>
<message><source>Issued by: {name}</source><translation>颁发者：{name}</translation></message>
<message><source>Valid: {first} to {last}</source><translation>有效期：{first} 至 {last}</translation></message>
<message><source>SHA-256: {digest}</source><translation>SHA-256：{digest}</translation></message>
</context>
<context>
<name>Commands</name>
<message><source>Undo</source><translation>撤销</translation></message>
<message><source>Removed {what}</source><translation>已移除 {what}</translation></message>
<message><source>Moved {what} to the trash</source><translation>已移到回收站：{what}</translation></message>
<message><source>Deleted {what}</source><translation>已删除 {what}</translation></message>
<message><source>Too many at once. Choose at most {count}.</source><translation>一次选择过多。最多选择 {count} 项。</translation></message>
<message><source>{name} is a program, so it is shown rather than started</source><translation>{name} 是程序，因此仅显示其位置，未启动</translation></message>
<message numerus="yes"><source>Copied %Ln address(es)</source><translation><numerusform>已复制 %Ln 个地址</numerusform></translation></message>
<message><source>{name} is no longer in {folder}</source><translation>{name} 已不在 {folder} 中</translation></message>
<message><source>{name} could not be opened: no program for it was found</source><translation>无法打开 {name}：找不到可用的程序</translation></message>
</context>
<context>
<name>Cookies</name>
<message><source>Out of a browser, now and this once</source><translation>来自浏览器，仅此一次立即读取</translation></message>
<message><source>Pasted</source><translation>粘贴的内容</translation></message>
<message><source>Out of a cookies.txt, read again whenever needed</source><translation>来自 cookies.txt，需要时重新读取</translation></message>
<message><source>None but those of the settings</source><translation>除设置中的以外不使用</translation></message>
<message><source>There is no browser here whose cookies can be read.</source><translation>此处没有可读取 Cookie 的浏览器。</translation></message>
<message><source>The cookies of {browser} cannot be read.</source><translation>无法读取 {browser} 的 Cookie。</translation></message>
<message><source>The cookies of {browser} are encrypted. Install what deciphers them: {command}</source><translation>{browser} 的 Cookie 已加密。请安装解密组件：{command}</translation></message>
<message><source>The system's keyring does not give the key to the cookies of {browser}.</source><translation>系统密钥环未提供 {browser} 的 Cookie 密钥。</translation></message>
<message><source>On Windows {browser} seals its cookies so that no other program can read them. Use Firefox, the extension for browsers, or a cookies.txt.</source><translation>在 Windows 上，{browser} 会封存其 Cookie，其他程序无法读取。请改用 Firefox、浏览器扩展或 cookies.txt。</translation></message>
<message><source>Cookies</source><translation>Cookie</translation></message>
<message><source>Use</source><translation>使用</translation></message>
<message><source>&amp;Where they come from</source><translation>来源(&amp;W)</translation></message>
<message><source>Browser and profile</source><translation>浏览器和配置文件</translation></message>
<message><source>&amp;Look for cookies of {site}</source><translation>查找 {site} 的 Cookie(&amp;L)</translation></message>
<message><source>Cookie: name=value; … or the text of a cookies.txt</source><translation>Cookie: 名称=值; … 或 cookies.txt 的文本</translation></message>
<message><source>File</source><translation>文件</translation></message>
<message><source>&amp;Choose a file…</source><translation>选择文件(&amp;C)…</translation></message>
<message><source>&amp;Keep them in the system's keyring</source><translation>保存在系统密钥环中(&amp;K)</translation></message>
<message><source>No browser was found</source><translation>未找到浏览器</translation></message>
<message><source>Look for cookies first; nothing is taken unseen.</source><translation>请先查找 Cookie；未显示的内容不会被取用。</translation></message>
<message><source>Write them as name=value; name=value, or paste the text of a cookies.txt.</source><translation>请写成 名称=值; 名称=值，或粘贴 cookies.txt 的文本。</translation></message>
<message><source>Name the file in full, or choose it.</source><translation>请填写文件的完整路径，或选择文件。</translation></message>
<message><source>This is not a cookies.txt that can be read.</source><translation>这不是可读取的 cookies.txt。</translation></message>
<message><source>{browser} has no cookies for {site}. Log in there first.</source><translation>{browser} 没有 {site} 的 Cookie。请先在那里登录。</translation></message>
<message><source>Choose…</source><translation>选择…</translation></message>
<message><source>Choose cookies</source><translation>选择 Cookie</translation></message>
<message><source>For these downloads alone. Each cookie goes to the site it belongs to, and is never stored in clear.</source><translation>仅用于这些下载。每个 Cookie 只发给其所属站点，绝不以明文保存。</translation></message>
<message><source>None of its own</source><translation>没有单独设置</translation></message>
<message><source>Out of {file}</source><translation>来自 {file}</translation></message>
<message><source>Those of a pasted line</source><translation>来自粘贴的一行</translation></message>
<message><source>Given, in memory alone</source><translation>已提供，仅在内存中</translation></message>
<message><source>Kept in the system's keyring</source><translation>保存在系统密钥环中</translation></message>
<message numerus="yes"><source>%Ln cookie(s) for {sites}</source><translation><numerusform>%Ln 个 Cookie，属于 {sites}</numerusform></translation></message>
</context>
<context>
<name>Copying</name>
<message><source>Addresses</source><translation>地址</translation></message>
<message><source>curl commands</source><translation>curl 命令</translation></message>
<message><source>wget commands</source><translation>wget 命令</translation></message>
<message><source>aria2 input file</source><translation>aria2 输入文件</translation></message>
<message><source>JSON</source><translation>JSON</translation></message>
<message><source>Metalink</source><translation>Metalink</translation></message>
<message><source>Cop&amp;y as</source><translation>复制为(&amp;Y)</translation></message>
<message numerus="yes"><source>Copied %Ln download(s)</source><translation><numerusform>已复制 %Ln 个下载</numerusform></translation></message>
</context>
<context>
<name>Desktop</name>
<message><source>Downloads are running</source><translation>正在下载</translation></message>
<message numerus="yes"><source>%Ln download(s) finished</source><translation><numerusform>%Ln 个任务已完成</numerusform></translation></message>
<message><source>{size} in {folder}</source><extracomment>Below the name of a finished download: its size and the name of its folder</extracomment><translation>{size}，位于 {folder}</translation></message>
<message><source>Open</source><extracomment>Below the name of a finished download: its size and the name of its folder</extracomment><translation>打开</translation></message>
<message><source>Download finished</source><translation>下载完成</translation></message>
<message><source>Try again</source><translation>重试</translation></message>
<message><source>Download failed</source><translation>下载失败</translation></message>
<message numerus="yes"><source>%Ln more download(s) failed</source><translation><numerusform>又有 %Ln 个任务失败</numerusform></translation></message>
<message numerus="yes"><source>%Ln download(s) failed</source><translation><numerusform>%Ln 个任务失败</numerusform></translation></message>
<message><source>Try all again</source><translation>全部重试</translation></message>
<message><source>Headrace goes on in the tray</source><translation>Headrace 在托盘中继续运行</translation></message>
<message><source>Downloads continue. To end Headrace, choose Quit in the menu of its icon.</source><translation>下载不会中断。要结束 Headrace，请在托盘图标菜单中选择“退出”。</translation></message>
<message><source>Show in folder</source><translation>在文件夹中显示</translation></message>
<message numerus="yes"><source>and %Ln more</source><translation><numerusform>另有 %Ln 个</numerusform></translation></message>
<message><source>Hide Headrace</source><translation>隐藏 Headrace</translation></message>
<message><source>Show Headrace</source><translation>显示 Headrace</translation></message>
<message><source>Speed limit</source><translation>限速</translation></message>
<message numerus="yes"><source>%Ln active</source><translation><numerusform>%Ln 个进行中</numerusform></translation></message>
<message numerus="yes"><source>%Ln waiting</source><translation><numerusform>%Ln 个等待中</numerusform></translation></message>
<message><source>Nothing to do</source><translation>没有进行中的任务</translation></message>
<message><source>Headrace: {percent}</source><extracomment>The program's name and how much of everything that runs is there, such as "Headrace: 62 %"</extracomment><translation>Headrace：{percent}</translation></message>
<message><source>Headrace is ready. Paste an address with Ctrl+V, drop links here, or press Add.</source><translation>Headrace 已就绪。按 Ctrl+V 粘贴地址，将链接拖到这里，或点击“添加”。</translation></message>
<message><source>Watch the clipboard for links</source><translation>监视剪贴板中的链接</translation></message>
<message><source>Close this message</source><translation>关闭此消息</translation></message>
<message><source>Close</source><translation>关闭</translation></message>
</context>
<context>
<name>Details</name>
<message><source>Map of the file</source><translation>文件区块图</translation></message>
<message numerus="yes"><source>%Ln block(s)</source><translation><numerusform>%Ln 个区块</numerusform></translation></message>
<message numerus="yes"><source>%Ln verified on disk</source><translation><numerusform>%Ln 个已写入并校验</numerusform></translation></message>
<message numerus="yes"><source>%Ln on disk</source><translation><numerusform>%Ln 个已写入</numerusform></translation></message>
<message numerus="yes"><source>%Ln arriving</source><translation><numerusform>%Ln 个接收中</numerusform></translation></message>
<message numerus="yes"><source>%Ln missing</source><translation><numerusform>缺 %Ln 个</numerusform></translation></message>
<message><source>Block {number} of {total}</source><translation>第 {number} 个区块，共 {total} 个</translation></message>
<message><source>Blocks {first} to {last} of {total}</source><translation>第 {first} 至 {last} 个区块，共 {total} 个</translation></message>
<message><source>Verified on disk</source><translation>已写入并校验</translation></message>
<message><source>Missing</source><translation>缺失</translation></message>
<message><source>{size} verified</source><translation>{size} 已校验</translation></message>
<message><source>{size} on disk</source><translation>{size} 已写入</translation></message>
<message><source>{size} missing</source><translation>{size} 缺失</translation></message>
<message><source>arriving now</source><translation>正在接收</translation></message>
<message><source>#</source><translation>#</translation></message>
<message><source>Host</source><translation>主机</translation></message>
<message><source>Part of the file</source><translation>文件区段</translation></message>
<message><source>Arrived</source><translation>已接收</translation></message>
<message><source>Speed</source><translation>速度</translation></message>
<message><source>State</source><translation>状态</translation></message>
<message><source>Connecting</source><translation>正在连接</translation></message>
<message><source>Waiting for an answer</source><translation>等待响应</translation></message>
<message><source>Receiving</source><translation>正在接收</translation></message>
<message><source>Held back</source><translation>暂缓接收</translation></message>
<message><source>Ending</source><translation>正在结束</translation></message>
<message><source>from {start} on</source><extracomment>Part of a file without a known end</extracomment><translation>从 {start} 起</translation></message>
<message><source>{start} to {end}</source><extracomment>Part of a file without a known end</extracomment><translation>{start} 至 {end}</translation></message>
<message><source>Bytes from {start} on</source><translation>从第 {start} 字节起</translation></message>
<message><source>Bytes {start} to {end}</source><translation>第 {start} 至 {end} 字节</translation></message>
<message><source>Connection {number}</source><translation>连接 {number}</translation></message>
<message><source>Connections</source><translation>连接</translation></message>
<message><source>No connections at the moment</source><translation>目前没有连接</translation></message>
<message><source>Copy</source><translation>复制</translation></message>
<message><source>Select all</source><translation>全选</translation></message>
<message><source>Overview</source><translation>概览</translation></message>
<message><source>Log</source><translation>日志</translation></message>
<message><source>Request</source><translation>请求</translation></message>
<message><source>Live</source><translation>实时</translation></message>
<message><source>Choose a download to see its details</source><translation>选择一个下载任务以查看详情</translation></message>
<message><source>Details</source><translation>详情</translation></message>
<message numerus="yes"><source>%Ln download(s) chosen</source><translation><numerusform>已选择 %Ln 个任务</numerusform></translation></message>
<message><source>Move to the side</source><translation>移到侧边</translation></message>
<message><source>Move to the bottom</source><translation>移到底部</translation></message>
<message><source>Close details</source><translation>关闭详情</translation></message>
<message><source>Copy address</source><translation>复制地址</translation></message>
<message><source>Folder</source><translation>文件夹</translation></message>
<message><source>Added</source><translation>添加时间</translation></message>
<message><source>Failed</source><translation>失败</translation></message>
<message><source>Address</source><translation>地址</translation></message>
<message><source>Led to</source><translation>跳转到</translation></message>
<message><source>Checksum</source><translation>校验和</translation></message>
<message><source>{algorithm} does not match</source><translation>{algorithm} 不匹配</translation></message>
<message><source>None known</source><translation>无</translation></message>
<message><source>{algorithm} right, as given by you</source><translation>{algorithm} 正确，与用户提供的一致</translation></message>
<message><source>{algorithm} right, piece by piece</source><translation>{algorithm} 正确，逐片校验</translation></message>
<message><source>{algorithm} right, found in {source}</source><translation>{algorithm} 正确，来自 {source}</translation></message>
<message><source>{algorithm} right</source><translation>{algorithm} 正确</translation></message>
<message><source>{algorithm} expected, given by you</source><translation>待校验 {algorithm}，由用户提供</translation></message>
<message><source>{algorithm} expected, found in {source}</source><translation>待校验 {algorithm}，来自 {source}</translation></message>
<message><source>{algorithm} expected</source><translation>待校验 {algorithm}</translation></message>
<message><source>Size</source><translation>大小</translation></message>
<message numerus="yes"><source>%Ln byte(s)</source><translation><numerusform>%Ln 字节</numerusform></translation></message>
<message><source>Unknown, {size} so far</source><translation>未知，已有 {size}</translation></message>
<message><source>{total}, {received} of it here</source><translation>{total}，已有 {received}</translation></message>
<message><source>{number} bytes</source><extracomment>A number of bytes above two thousand million</extracomment><translation>{number} 字节</translation></message>
<message><source>Type</source><translation>类型</translation></message>
<message><source>Version</source><translation>版本</translation></message>
<message><source>Last changed</source><translation>最后修改</translation></message>
<message><source>{tag} (strong)</source><translation>{tag}（强）</translation></message>
<message><source>{tag} (weak)</source><translation>{tag}（弱）</translation></message>
<message><source>The server names this very version: a resumed download is sure to fit</source><translation>服务器标明了确切版本：续传的内容一定吻合</translation></message>
<message><source>The server names no exact version: joins are compared byte by byte</source><translation>服务器未标明确切版本：衔接处会逐字节比较</translation></message>
<message numerus="yes"><source>%Ln further address(es)</source><translation><numerusform>另有 %Ln 个地址</numerusform></translation></message>
<message><source>Mirrors</source><translation>镜像</translation></message>
<message><source>{moment}, took {time}</source><translation>{moment}，用时 {time}</translation></message>
<message><source>Finished</source><translation>完成时间</translation></message>
<message><source>Notes</source><translation>提示</translation></message>
<message><source>Arriving</source><translation>接收中</translation></message>
<message><source>On disk</source><translation>已写入</translation></message>
<message><source>Verified</source><translation>已校验</translation></message>
<message><source>What happened to the download</source><translation>下载任务的经过</translation></message>
<message><source>Copy all</source><translation>全部复制</translation></message>
<message><source>Copy the whole log</source><translation>复制整个日志</translation></message>
<message numerus="yes"><source>%Ln entry(ies)</source><translation><numerusform>%Ln 条记录</numerusform></translation></message>
<message><source>Choose a download to see what happened to it</source><translation>选择一个下载任务以查看其经过</translation></message>
<message><source>Nothing is known of this download's past</source><translation>没有此任务的历史记录</translation></message>
<message><source>Speed, last {time}</source><translation>速度，最近 {time}</translation></message>
<message><source>Speed, whole life</source><translation>速度，全程</translation></message>
<message><source>average {speed}</source><translation>平均 {speed}</translation></message>
<message><source>Requests and answers, the newest first</source><translation>请求与响应，最新的在前</translation></message>
<message><source>Headers of the request and of the answer</source><translation>请求头与响应头</translation></message>
<message><source>Copy as text</source><translation>复制为文本</translation></message>
<message><source>Copy this request and its answer as text</source><translation>将此请求及其响应复制为文本</translation></message>
<message><source>Headers are kept while Headrace runs, never stored</source><translation>请求头与响应头仅在 Headrace 运行期间保留，不会存储</translation></message>
<message><source>Choose a download to see what was asked and answered</source><translation>选择一个下载任务以查看其请求与响应</translation></message>
<message><source>Nothing has been asked since Headrace was started</source><translation>Headrace 启动后尚无请求</translation></message>
<message><source>No answer yet</source><translation>尚无响应</translation></message>
<message><source>Speed, last minute</source><translation>速度，最近一分钟</translation></message>
<message><source>Nothing measured yet</source><translation>尚无测量数据</translation></message>
<message><source>Whole life</source><translation>全程</translation></message>
<message><source>Span of the graph</source><translation>图表时间范围</translation></message>
<message><source>Graph of the speed</source><translation>速度图表</translation></message>
<message><source>Average</source><translation>平均</translation></message>
<message><source>Top</source><translation>最高</translation></message>
<message><source>Received</source><translation>已接收</translation></message>
<message><source>Time active</source><translation>活动时间</translation></message>
<message><source>Limit</source><translation>限速</translation></message>
<message><source>limit {speed}</source><translation>限速 {speed}</translation></message>
<message><source>limit for all {speed}</source><translation>全局限速 {speed}</translation></message>
<message><source>{seconds} s</source><translation>{seconds} 秒</translation></message>
<message><source>{minutes} min</source><translation>{minutes} 分钟</translation></message>
<message><source>{hours} h</source><translation>{hours} 小时</translation></message>
<message><source>{days} d</source><extracomment>A number of days, shortest form</extracomment><translation>{days} 天</translation></message>
<message><source>now</source><translation>现在</translation></message>
<message><source>end</source><translation>结束</translation></message>
<message><source>nothing</source><translation>无数据</translation></message>
<message><source>after {time}</source><translation>{time}后</translation></message>
<message><source>{time} before the end</source><translation>结束前 {time}</translation></message>
<message><source>{time} ago</source><translation>{time}前</translation></message>
<message><source>{limit}, its own</source><translation>{limit}，自身的限速</translation></message>
<message><source>{limit}, of its queue</source><translation>{limit}，所在队列的限速</translation></message>
<message><source>{limit}, of all downloads</source><translation>{limit}，所有下载的限速</translation></message>
<message><source>{limit}, to leave others room</source><translation>{limit}，为其他人留出带宽</translation></message>
<message><source>{limit}, while it is quiet</source><translation>{limit}，静默限速</translation></message>
<message><source>Together</source><translation>合计</translation></message>
<message><source>Progress</source><translation>进度</translation></message>
<message><source>Size unknown</source><translation>大小未知</translation></message>
</context>
<context>
<name>Dialogs</name>
<message><source>Cancel</source><translation>取消</translation></message>
</context>
<context>
<name>Done</name>
<message><source>Do nothing</source><translation>什么也不做</translation></message>
<message><source>Sleep</source><translation>睡眠</translation></message>
<message><source>Hibernate</source><translation>休眠</translation></message>
<message><source>Shut down</source><translation>关机</translation></message>
<message><source>Restart</source><translation>重启</translation></message>
<message><source>Log out</source><translation>注销</translation></message>
<message><source>Quit Headrace</source><translation>退出 Headrace</translation></message>
<message numerus="yes"><source>The computer goes to sleep in %Ln second(s).</source><translation><numerusform>计算机将在 %Ln 秒后睡眠。</numerusform></translation></message>
<message numerus="yes"><source>The computer hibernates in %Ln second(s).</source><translation><numerusform>计算机将在 %Ln 秒后休眠。</numerusform></translation></message>
<message numerus="yes"><source>The computer shuts down in %Ln second(s).</source><translation><numerusform>计算机将在 %Ln 秒后关机。</numerusform></translation></message>
<message numerus="yes"><source>The computer restarts in %Ln second(s).</source><translation><numerusform>计算机将在 %Ln 秒后重启。</numerusform></translation></message>
<message numerus="yes"><source>You are logged out in %Ln second(s).</source><translation><numerusform>将在 %Ln 秒后注销。</numerusform></translation></message>
<message numerus="yes"><source>Headrace quits in %Ln second(s).</source><translation><numerusform>Headrace 将在 %Ln 秒后退出。</numerusform></translation></message>
<message><source>“{deed}” was refused by the system: {why}</source><translation>系统拒绝了“{deed}”：{why}</translation></message>
<message><source>Stop</source><translation>停止</translation></message>
<message><source>All downloads are done</source><translation>所有下载均已完成</translation></message>
<message><source>Nothing happens any more.</source><translation>不会再执行任何操作。</translation></message>
<message><source>{deed} now</source><translation>立即{deed}</translation></message>
</context>
<context>
<name>Failures</name>
<message><source>The address is not valid</source><translation>地址无效</translation></message>
<message><source>Copy it again from where you found it</source><translation>请从来源处重新复制</translation></message>
<message><source>Server name not found</source><translation>找不到服务器名称</translation></message>
<message><source>Check the address and your connection</source><translation>请检查地址和网络连接</translation></message>
<message><source>Server cannot be reached</source><translation>无法连接服务器</translation></message>
<message><source>Check your connection, or resume later</source><translation>请检查网络连接，或稍后继续</translation></message>
<message><source>Server did not answer in time</source><translation>服务器响应超时</translation></message>
<message><source>Resume later</source><translation>请稍后继续</translation></message>
<message><source>Connection lost</source><translation>连接中断</translation></message>
<message><source>Resume to go on from here</source><translation>可从此处继续</translation></message>
<message><source>Server stopped sending</source><translation>服务器停止发送</translation></message>
<message><source>Server could not prove who it is</source><translation>服务器无法证明其身份</translation></message>
<message><source>Look at its certificate</source><translation>查看其证书</translation></message>
<message><source>There is no network</source><translation>没有网络</translation></message>
<message><source>It goes on when there is one</source><translation>有网络后继续</translation></message>
<message><source>The chosen network is not there</source><translation>所选网络不可用</translation></message>
<message><source>Bring it back, or choose another in the settings</source><translation>请恢复它，或在设置中选择其他网络</translation></message>
<message><source>Your certificate cannot be used here</source><translation>您用于此服务器的证书无法使用</translation></message>
<message><source>Choose another in the settings</source><translation>请在设置中选择其他证书</translation></message>
<message><source>An extra is missing for this kind of address</source><translation>此类地址缺少一个额外组件</translation></message>
<message><source>Install it, then resume</source><translation>请先安装，然后继续</translation></message>
<message><source>Server's host key is not known yet</source><translation>服务器的主机密钥尚未知晓</translation></message>
<message><source>Look at it, and trust it if it is the server's</source><translation>请查看密钥，确属该服务器时再信任</translation></message>
<message><source>Server's host key has changed</source><translation>服务器的主机密钥已改变</translation></message>
<message><source>Ask who runs the server before you trust the new one</source><translation>信任新密钥之前，请询问服务器的管理者</translation></message>
<message><source>Secure connection failed</source><translation>安全连接失败</translation></message>
<message><source>This is not a web server</source><translation>这不是 Web 服务器</translation></message>
<message><source>Check the address</source><translation>请检查地址</translation></message>
<message><source>Server sends us round in circles</source><translation>服务器循环跳转</translation></message>
<message><source>Copy a fresh link</source><translation>请复制新的链接</translation></message>
<message><source>Server sends us to an unsafe address</source><translation>服务器跳转到不安全的地址</translation></message>
<message><source>Ask for a secure link</source><translation>请索取安全的链接</translation></message>
<message><source>File arrived cut short</source><translation>文件不完整</translation></message>
<message><source>Resume to fetch the rest</source><translation>继续以下载其余部分</translation></message>
<message><source>Server never finished its answer</source><translation>服务器未发完响应</translation></message>
<message><source>Server sends next to nothing</source><translation>服务器几乎不发送数据</translation></message>
<message><source>Resume to try once more</source><translation>可继续再试一次</translation></message>
<message><source>Server leads into a private network</source><translation>服务器跳转到私有网络</translation></message>
<message><source>Allow it only if the private address is yours</source><translation>仅当该私有地址属于你时才允许</translation></message>
<message><source>Server has no such file</source><translation>服务器上没有此文件</translation></message>
<message><source>Access refused</source><translation>访问被拒绝</translation></message>
<message><source>File is gone from the server</source><translation>文件已从服务器上移除</translation></message>
<message><source>Look for another source</source><translation>请寻找其他来源</translation></message>
<message><source>Server asks for a login</source><translation>服务器要求登录</translation></message>
<message><source>Log in here, or with a browser</source><translation>在此处登录，或用浏览器登录</translation></message>
<message><source>Proxy asks for a login</source><translation>代理要求登录</translation></message>
<message><source>Log in here</source><translation>在此处登录</translation></message>
<message><source>Windows login needed</source><translation>需要 Windows 登录</translation></message>
<message><source>Install what it needs, then log in</source><translation>请先安装所需组件，然后登录</translation></message>
<message><source>No usable Kerberos ticket</source><translation>没有可用的 Kerberos 票据</translation></message>
<message><source>Get a ticket (kinit) and resume, or log in here</source><translation>获取票据 (kinit) 后继续，或在此登录</translation></message>
<message><source>Proxy cannot be reached</source><translation>无法连接代理</translation></message>
<message><source>Check your proxy settings</source><translation>请检查代理设置</translation></message>
<message><source>Proxy does not let this address through</source><translation>代理不允许访问此地址</translation></message>
<message><source>Server asked us to wait</source><translation>服务器要求等待</translation></message>
<message><source>Server is too busy</source><translation>服务器过于繁忙</translation></message>
<message><source>Server has a fault</source><translation>服务器出错</translation></message>
<message><source>Server refuses the request</source><translation>服务器拒绝请求</translation></message>
<message><source>Server sent no file</source><translation>服务器没有发送文件</translation></message>
<message><source>Server does not go on where we stopped</source><translation>服务器未从中断处续传</translation></message>
<message><source>Server's answer makes no sense</source><translation>服务器的响应无法识别</translation></message>
<message><source>A web page came instead of the file</source><translation>收到的是网页，不是文件</translation></message>
<message><source>Log in with a browser, or copy a fresh link</source><translation>请在浏览器中登录，或复制新的链接</translation></message>
<message><source>It unpacks to far too much</source><translation>解压后过大</translation></message>
<message><source>Allow it only if you trust the server</source><translation>仅在信任该服务器时才允许</translation></message>
<message><source>Content ends before its own end</source><translation>内容提前结束</translation></message>
<message><source>Resume to fetch it anew</source><translation>继续以重新下载</translation></message>
<message><source>Disk is full</source><translation>磁盘已满</translation></message>
<message><source>Free space, then resume</source><translation>请腾出空间，然后继续</translation></message>
<message><source>Folder may not be written to</source><translation>没有文件夹的写入权限</translation></message>
<message><source>Choose another folder</source><translation>请选择其他文件夹</translation></message>
<message><source>Folder is missing</source><translation>文件夹不存在</translation></message>
<message><source>Bring it back, then resume</source><translation>请将其恢复，然后继续</translation></message>
<message><source>A file of that name is there already</source><translation>已有同名文件</translation></message>
<message><source>Move it away, then resume</source><translation>请将其移走，然后继续</translation></message>
<message><source>Disk reports an error</source><translation>磁盘报告错误</translation></message>
<message><source>Check the disk, then resume</source><translation>请检查磁盘，然后继续</translation></message>
<message><source>Unfinished file was changed</source><translation>未完成的文件被改动</translation></message>
<message><source>File is too large for this disk</source><translation>文件过大，此磁盘无法容纳</translation></message>
<message><source>Choose another disk</source><translation>请选择其他磁盘</translation></message>
<message><source>The disk of the unfinished file is gone</source><translation>未完成文件所在的磁盘不见了</translation></message>
<message><source>File cannot be moved to the trash</source><translation>无法将文件移到回收站</translation></message>
<message><source>It stays where it is; delete it by hand</source><translation>文件留在原处，请手动删除</translation></message>
<message><source>The list of downloads was damaged</source><translation>下载列表已损坏</translation></message>
<message><source>An earlier copy is used; the damaged one is kept</source><translation>正在使用较早的副本；损坏的列表已保留</translation></message>
<message><source>Too many files are open</source><translation>打开的文件过多</translation></message>
<message><source>Resume when other downloads are done</source><translation>请在其他任务完成后继续</translation></message>
<message><source>Checksum does not match</source><translation>校验和不匹配</translation></message>
<message><source>Do not trust it; look for another source</source><translation>请勿信任此文件，寻找其他来源</translation></message>
<message><source>Size is not what the server said</source><translation>大小与服务器所述不符</translation></message>
<message><source>Its addresses lead to different files</source><translation>各地址指向不同的文件</translation></message>
<message><source>Keep the one you trust</source><translation>请保留信任的那个</translation></message>
<message><source>The other program's file cannot be continued</source><translation>无法继续其他程序的文件</translation></message>
<message><source>Resume to fetch all of it; that file stays where it is</source><translation>继续将下载全部内容；该文件保留在原处</translation></message>
<message><source>Another program still writes to the file</source><translation>其他程序仍在写入该文件</translation></message>
<message><source>End the download there, then resume</source><translation>请在那里结束下载，然后继续</translation></message>
<message><source>Headrace made a mistake</source><translation>Headrace 出错了</translation></message>
<message><source>Resume to try again, and please report it</source><translation>请继续以重试，并报告此问题</translation></message>
<message><source>Its login or headers are no longer known</source><translation>登录信息或请求头已丢失</translation></message>
<message><source>Add it again with them</source><translation>请连同这些信息重新添加</translation></message>
<message><source>Its cookies are no longer known</source><translation>它的 Cookie 已不再可用</translation></message>
<message><source>Give them again, then it goes on</source><translation>重新提供后将继续</translation></message>
</context>
<context>
<name>Folder</name>
<message><source>Folder to save to</source><translation>保存文件夹</translation></message>
<message><source>As the rules say</source><translation>按规则</translation></message>
<message><source>Other folders</source><translation>其他文件夹</translation></message>
<message><source>Other folders (Alt+Down)</source><translation>其他文件夹 (Alt+Down)</translation></message>
<message><source>Browse…</source><translation>浏览…</translation></message>
<message><source>Write a whole path</source><translation>请输入完整路径</translation></message>
<message><source>{size} too little room</source><translation>空间不足，还差 {size}</translation></message>
<message><source>{size} free</source><translation>可用空间 {size}</translation></message>
<message><source>will be made · {size} free</source><translation>将新建 · 可用空间 {size}</translation></message>
<message><source>Save downloads to</source><translation>下载保存到</translation></message>
</context>
<context>
<name>HandOver</name>
<message><source>Magnet links are for a torrent client</source><translation>磁力链接由种子客户端处理</translation></message>
<message><source>Open there</source><translation>在其中打开</translation></message>
<message><source>The system has no program for magnet links</source><translation>系统没有可打开磁力链接的程序</translation></message>
<message><source>This page needs yt-dlp, which is not installed. Install it and try again.</source><translation>此页面需要 yt-dlp，但它尚未安装。请安装后重试。</translation></message>
<message><source>yt-dlp fetches it to {folder}; Headrace does not follow how far it is</source><translation>yt-dlp 正在下载到 {folder}；Headrace 不跟踪其进度</translation></message>
<message><source>yt-dlp could not be started</source><translation>无法启动 yt-dlp</translation></message>
</context>
<context>
<name>History</name>
<message><source>Clear history</source><translation>清除历史记录</translation></message>
<message><source>Clear</source><translation>清除</translation></message>
<message><source>What is cleared cannot be brought back. Files and the list stay, and so does how much came on which day.</source><translation>清除的内容无法恢复。文件和列表会保留，每天收到的数据量也会保留。</translation></message>
<message><source>&amp;What</source><translation>范围(&amp;W)</translation></message>
<message numerus="yes"><source>What is older than %Ln day(s)</source><translation><numerusform>早于 %Ln 天的记录</numerusform></translation></message>
<message><source>All from {host}</source><translation>来自 {host} 的全部记录</translation></message>
<message><source>All of it</source><translation>全部</translation></message>
<message><source>How much came</source><translation>收到的数据量</translation></message>
<message><source>at most {size}</source><translation>最多 {size}</translation></message>
<message numerus="yes"><source>%Ln file(s) finished</source><translation><numerusform>已完成 %Ln 个文件</numerusform></translation></message>
<message><source>Days</source><translation>日</translation></message>
<message><source>Weeks</source><translation>周</translation></message>
<message><source>Months</source><translation>月</translation></message>
<message><source>Hosts</source><translation>主机</translation></message>
<message><source>Files</source><translation>文件数</translation></message>
<message><source>Size</source><translation>大小</translation></message>
<message><source>Average speed</source><translation>平均速度</translation></message>
<message><source>Figures</source><translation>统计</translation></message>
<message numerus="yes"><source>%Ln download(s) forgotten</source><translation><numerusform>已清除 %Ln 个下载的记录</numerusform></translation></message>
<message><source>The history stays as it is: {why}</source><translation>历史记录未更改：{why}</translation></message>
<message><source>Export the history</source><translation>导出历史记录</translation></message>
<message><source>Table (*.csv)</source><translation>表格 (*.csv)</translation></message>
<message><source>JSON (*.json)</source><translation>JSON (*.json)</translation></message>
<message><source>The history is in {name}</source><translation>历史记录已写入 {name}</translation></message>
<message><source>History</source><translation>历史记录</translation></message>
<message><source>Downloads</source><translation>下载</translation></message>
<message><source>&amp;Download again</source><translation>重新下载(&amp;D)</translation></message>
<message><source>&amp;More</source><translation>更多(&amp;M)</translation></message>
<message><source>All</source><translation>全部</translation></message>
<message><source>Finished</source><translation>已完成</translation></message>
<message><source>Failed</source><translation>失败</translation></message>
<message><source>Removed unfinished</source><translation>未完成即移除</translation></message>
<message><source>How it ended</source><translation>结果</translation></message>
<message><source>Nothing that was remembered is like that</source><translation>历史记录中没有匹配的内容</translation></message>
<message><source>Nothing is remembered: the settings say so, page “Downloads”</source><translation>不保留任何记录：设置的“下载”页面中如此设定</translation></message>
<message><source>Nothing has ended yet. What finishes or fails will be found here.</source><translation>还没有结束的下载。完成或失败的下载会显示在这里。</translation></message>
<message><source>A part of the address was secret and is not kept</source><translation>地址的一部分是保密内容，未予保存</translation></message>
<message><source>&amp;Open</source><translation>打开(&amp;O)</translation></message>
<message><source>Show in &amp;folder</source><translation>在文件夹中显示(&amp;F)</translation></message>
<message><source>&amp;Copy address</source><translation>复制地址(&amp;C)</translation></message>
<message><source>Find all from this &amp;host</source><translation>查找来自此主机的全部记录(&amp;H)</translation></message>
<message><source>D&amp;elete from history</source><translation>从历史记录中删除(&amp;E)</translation></message>
<message><source>&amp;Export…</source><translation>导出(&amp;E)…</translation></message>
<message><source>&amp;Clear history…</source><translation>清除历史记录(&amp;C)…</translation></message>
<message><source>Name</source><translation>名称</translation></message>
<message><source>Ended</source><translation>结束时间</translation></message>
<message><source>Speed</source><translation>速度</translation></message>
<message><source>Host</source><translation>主机</translation></message>
<message><source>Redirected to {host}</source><translation>重定向到 {host}</translation></message>
<message><source>{size} in {time}</source><translation>{size}，用时 {time}</translation></message>
<message><source>Proven by {checksum}</source><translation>已由 {checksum} 校验</translation></message>
<message><source>{speed} on average</source><translation>平均 {speed}</translation></message>
<message><source>Week from {day}</source><translation>{day} 起的一周</translation></message>
</context>
<context>
<name>Hosts</name>
<message><source>As usual</source><translation>照常</translation></message>
<message><source>Text of your own</source><translation>自定义文本</translation></message>
<message><source>User agent</source><translation>用户代理</translation></message>
<message><source>Text of the user agent</source><translation>用户代理文本</translation></message>
<message><source>Nothing was learnt of it yet.</source><translation>尚未了解到任何信息。</translation></message>
<message><source>Forget</source><translation>忘记</translation></message>
<message><source>Forget what was learnt</source><translation>忘记已了解的信息</translation></message>
<message><source>Log in…</source><translation>登录…</translation></message>
<message><source>Forget the login</source><translation>忘记登录信息</translation></message>
<message><source>Logins belong to single hosts; there is none for all below one.</source><translation>登录信息只属于单个主机；没有对其所有下级主机通用的登录信息。</translation></message>
<message><source>No login for {place}.</source><translation>没有 {place} 的登录信息。</translation></message>
<message><source>A token for {place} is there.</source><translation>已有 {place} 的令牌。</translation></message>
<message><source>Logged in at {place} as {user}.</source><translation>已以 {user} 的身份登录 {place}。</translation></message>
<message><source>The keyring did not forget the login.</source><translation>密钥环没有忘记该登录信息。</translation></message>
<message><source>Host</source><translation>主机</translation></message>
<message><source>Rule</source><translation>规则</translation></message>
<message><source>Learnt</source><translation>已了解</translation></message>
<message><source>Last seen</source><translation>最近一次</translation></message>
<message><source>nothing</source><translation>无</translation></message>
<message><source>Rules for a host</source><translation>主机规则</translation></message>
<message><source>Apply</source><translation>应用</translation></message>
<message><source>As in the settings</source><translation>与设置一致</translation></message>
<message><source>No limit</source><translation>无限制</translation></message>
<message><source>None</source><translation>无</translation></message>
<message><source> s</source><translation> 秒</translation></message>
<message><source>&amp;Host</source><translation>主机(&amp;H)</translation></message>
<message><source>&amp;Connections in all, at most</source><translation>连接总数上限(&amp;C)</translation></message>
<message><source>Of &amp;one download, at most</source><translation>每个下载的上限(&amp;O)</translation></message>
<message><source>Speed &amp;limit in all</source><translation>总限速(&amp;L)</translation></message>
<message><source>&amp;Pause between requests</source><translation>请求间隔(&amp;P)</translation></message>
<message><source>&amp;User agent</source><translation>用户代理(&amp;U)</translation></message>
<message><source>Lo&amp;gging in</source><translation>登录方式(&amp;G)</translation></message>
<message><source>Further request h&amp;eaders, one a line</source><translation>其他请求头，每行一个(&amp;E)</translation></message>
<message><source>&amp;Referrer, the page links are on</source><translation>来源页，链接所在的页面(&amp;R)</translation></message>
<message><source>Pro&amp;xy</source><translation>代理(&amp;X)</translation></message>
<message><source>&amp;Fetch files from the beginning only, without ranges</source><translation>仅从头获取文件，不使用分段(&amp;F)</translation></message>
<message><source>Ask by HTTP/&amp;2, all requests over one connection</source><translation>使用 HTTP/&amp;2 请求，所有请求共用一个连接</translation></message>
<message><source>*.example.org holds for all hosts below example.org as well.</source><translation>*.example.org 也适用于 example.org 下的所有主机。</translation></message>
<message><source>HTTP/2 needs an extra: {command}</source><translation>HTTP/2 需要一个附加组件：{command}</translation></message>
<message><source>There is a rule for {host} already.</source><translation>{host} 已有规则。</translation></message>
<message><source>Write a host such as example.org, *.example.org or nas.lan:8080.</source><translation>请输入主机，例如 example.org、*.example.org 或 nas.lan:8080。</translation></message>
<message><source>A user agent is one line of plain letters.</source><translation>用户代理是一行普通字符。</translation></message>
<message><source>Write the referrer as https://example.org/page, without a login.</source><translation>请将来源页写成 https://example.org/page，不含登录信息。</translation></message>
<message><source>This value cannot be used.</source><translation>此值无法使用。</translation></message>
<message><source>{name} may carry a secret, and rules are kept in clear. Logins belong to “Log in…”, cookies to the cookies.txt of the settings, others to the headers of a download.</source><translation>{name} 可能含有机密，而规则以明文保存。登录信息请用“登录…”，Cookie 请放入设置中的 cookies.txt，其他请放入下载的请求头。</translation></message>
<message><source>Hosts</source><translation>主机</translation></message>
<message><source>No host has a rule, and nothing was learnt of any yet</source><translation>还没有主机有规则，也未了解到任何信息</translation></message>
<message><source>No host is found</source><translation>未找到主机</translation></message>
<message><source>Search hosts</source><translation>搜索主机</translation></message>
<message><source>What you want of single servers, and what was learnt of them. The most specific rule holds.</source><translation>您对各个服务器的要求，以及对它们的了解。以最具体的规则为准。</translation></message>
<message><source>&amp;Add rule…</source><translation>添加规则(&amp;A)…</translation></message>
<message><source>&amp;Edit rule…</source><translation>编辑规则(&amp;E)…</translation></message>
<message><source>&amp;Remove rule</source><translation>移除规则(&amp;R)</translation></message>
<message><source>&amp;Forget what was learnt</source><translation>忘记已了解的信息(&amp;F)</translation></message>
<message><source>Forget a&amp;ll of it</source><translation>全部忘记(&amp;L)</translation></message>
<message><source>Close</source><translation>关闭</translation></message>
<message><source>Undo</source><translation>撤销</translation></message>
<message><source>The rule for {host} is removed.</source><translation>已移除 {host} 的规则。</translation></message>
<message><source>What was learnt of {host} is forgotten.</source><translation>已忘记对 {host} 的了解。</translation></message>
<message numerus="yes"><source>What was learnt of %Ln host(s) is forgotten.</source><translation><numerusform>已忘记对 %Ln 个主机的了解。</numerusform></translation></message>
<message><source>directly</source><translation>直接连接</translation></message>
<message><source>as the system does</source><translation>与系统相同</translation></message>
<message><source>as the environment says</source><translation>按环境变量</translation></message>
<message><source>By my Kerberos ticket</source><translation>使用我的 Kerberos 票据</translation></message>
<message><source>By password, readably (Basic)</source><translation>使用密码，明文 (Basic)</translation></message>
<message><source>Holds for {host} and all hosts below it, together.</source><translation>适用于 {host} 及其下的所有主机，合并计算。</translation></message>
<message><source>Holds for {host} alone.</source><translation>仅适用于 {host}。</translation></message>
<message><source>nothing special</source><translation>无特别要求</translation></message>
<message><source>as {host}</source><translation>同 {host}</translation></message>
<message numerus="yes"><source>%Ln connection(s)</source><translation><numerusform>%Ln 个连接</numerusform></translation></message>
<message numerus="yes"><source>%Ln per download</source><translation><numerusform>每个下载 %Ln 个</numerusform></translation></message>
<message><source>pause of {seconds} s</source><translation>间隔 {seconds} 秒</translation></message>
<message><source>referrer</source><translation>来源页</translation></message>
<message numerus="yes"><source>%Ln header(s)</source><translation><numerusform>%Ln 个请求头</numerusform></translation></message>
<message><source>by {proxy}</source><translation>经由 {proxy}</translation></message>
<message><source>no ranges</source><translation>不使用分段</translation></message>
<message numerus="yes"><source>%Ln connection(s) helped a download</source><translation><numerusform>%Ln 个连接对下载有帮助</numerusform></translation></message>
<message numerus="yes"><source>bore %Ln connection(s) when it refused more</source><translation><numerusform>拒绝更多连接时可承受 %Ln 个</numerusform></translation></message>
<message><source>its tags change although files do not</source><translation>文件未变而标签会变</translation></message>
<message><source>answered a range wrongly ({when})</source><translation>对分段请求的响应有误（{when}）</translation></message>
<message><source>asks to be left alone for {time}</source><translation>要求 {time} 内不再请求</translation></message>
<message><source>asked to be left alone until {when}</source><translation>曾要求在 {when} 之前不再请求</translation></message>
</context>
<context>
<name>Hours</name>
<message><source>Hours of the week</source><translation>一周中的时段</translation></message>
<message><source>marked</source><translation>已标记</translation></message>
<message><source>not marked</source><translation>未标记</translation></message>
</context>
<context>
<name>Limit</name>
<message><source>Speed limit</source><translation>限速</translation></message>
<message><source>Limit</source><translation>限速</translation></message>
<message><source>All downloads together take at most</source><translation>所有任务合计不超过</translation></message>
<message><source>Speed limit in megabytes per second</source><translation>限速，单位为兆字节每秒</translation></message>
<message><source> MB/s</source><translation> MB/s</translation></message>
</context>
<context>
<name>List</name>
<message><source>High</source><translation>高</translation></message>
<message><source>Normal</source><translation>普通</translation></message>
<message><source>Low</source><translation>低</translation></message>
<message><source>Main queue</source><translation>主队列</translation></message>
<message><source>{checksum} verified</source><translation>{checksum} 已校验</translation></message>
<message><source>{checksum} expected</source><translation>待校验 {checksum}</translation></message>
<message><source>Name</source><translation>名称</translation></message>
<message><source>Progress</source><translation>进度</translation></message>
<message><source>Size</source><translation>大小</translation></message>
<message><source>Speed</source><translation>速度</translation></message>
<message><source>Time left</source><translation>剩余时间</translation></message>
<message><source>Added</source><translation>添加时间</translation></message>
<message><source>Finished</source><translation>完成时间</translation></message>
<message><source>Host</source><translation>主机</translation></message>
<message><source>Folder</source><translation>文件夹</translation></message>
<message><source>Category</source><translation>分类</translation></message>
<message><source>Queue</source><translation>队列</translation></message>
<message><source>Priority</source><translation>优先级</translation></message>
<message><source>Average speed</source><translation>平均速度</translation></message>
<message><source>Connections</source><translation>连接</translation></message>
<message><source>Checksum</source><translation>校验和</translation></message>
<message><source>Limit</source><translation>限速</translation></message>
<message><source>{first}. {second}</source><extracomment>The two lines of the empty list, for screen readers</extracomment><translation>{first}。{second}</translation></message>
<message><source>Which downloads to show</source><translation>筛选要显示的任务</translation></message>
<message><source>Release queue</source><translation>恢复队列</translation></message>
<message><source>Hold queue</source><translation>挂起队列</translation></message>
<message><source>Queue options…</source><translation>队列选项…</translation></message>
<message><source>Rename queue…</source><translation>重命名队列…</translation></message>
<message><source>Remove queue</source><translation>移除队列</translation></message>
<message><source>Change categories…</source><translation>更改分类…</translation></message>
<message><source>Add queue…</source><translation>添加队列…</translation></message>
<message><source>Columns</source><translation>列</translation></message>
<message><source>Show all</source><translation>全部显示</translation></message>
<message><source>Fit to content</source><translation>适应内容宽度</translation></message>
<message><source>Usual columns</source><translation>默认列</translation></message>
<message><source>Sort by</source><translation>排序方式</translation></message>
<message><source>Sort in queue order</source><translation>按队列顺序排序</translation></message>
<message><source>Pause</source><translation>暂停</translation></message>
<message><source>Resume</source><translation>继续</translation></message>
<message><source>Try again</source><translation>重试</translation></message>
<message><source>Try now</source><translation>立即重试</translation></message>
<message><source>Paste a new link</source><translation>粘贴新链接</translation></message>
<message><source>Log in</source><translation>登录</translation></message>
<message><source>Show the certificate</source><translation>显示证书</translation></message>
<message><source>Give its cookies again</source><translation>重新提供 Cookie</translation></message>
<message><source>Show the host key</source><translation>显示主机密钥</translation></message>
<message><source>End recording and keep it</source><translation>结束录制并保留</translation></message>
<message><source>Open</source><translation>打开</translation></message>
<message><source>Download again</source><translation>重新下载</translation></message>
<message><source>Show in folder</source><translation>在文件夹中显示</translation></message>
<message><source>Sort in queue order to arrange rows by dragging</source><translation>按队列顺序排序后才能拖动排列</translation></message>
<message><source>Categories</source><translation>分类</translation></message>
<message><source>Queues</source><translation>队列</translation></message>
<message><source>Watched</source><translation>受监视</translation></message>
<message><source>{section}, folded</source><translation>{section}，已折叠</translation></message>
<message><source>{section}, open</source><translation>{section}，已展开</translation></message>
<message><source>{group}, held, {downloads}</source><translation>{group}，已挂起，{downloads}</translation></message>
<message><source>{group}, {downloads}: {why}</source><extracomment>What a line of the sidebar says, such as "Night, 3 downloads: Waiting for the hours of its queue"</extracomment><translation>{group}，{downloads}：{why}</translation></message>
<message><source>{group}, {downloads}</source><extracomment>What a line of the sidebar says, such as "Paused, 3 downloads"</extracomment><translation>{group}，{downloads}</translation></message>
<message><source>Click to sort, Shift+click to sort by several columns</source><translation>点击排序，Shift+点击按多列排序</translation></message>
<message><source>{column}, sorted downwards</source><translation>{column}，降序</translation></message>
<message><source>{column}, sorted upwards</source><translation>{column}，升序</translation></message>
<message><source>Downloads</source><translation>下载任务</translation></message>
</context>
<context>
<name>Lists</name>
<message><source>{name} could not be written: {why}</source><translation>无法写入 {name}：{why}</translation></message>
<message><source>Lists ({endings})</source><translation>列表 ({endings})</translation></message>
<message><source>Open lists</source><translation>打开列表</translation></message>
<message><source>All files (*)</source><translation>所有文件 (*)</translation></message>
<message><source>Export the list</source><translation>导出列表</translation></message>
<message><source>Unfinished files ({endings})</source><translation>未完成的文件 ({endings})</translation></message>
<message><source>Take over an unfinished file</source><translation>接管未完成的文件</translation></message>
<message numerus="yes"><source>%Ln download(s) exported to {name}</source><translation><numerusform>已将 %Ln 个下载导出到 {name}</numerusform></translation></message>
<message><source>The file cannot be read</source><translation>无法读取该文件</translation></message>
</context>
<context>
<name>Live</name>
<message><source>Lines of the file</source><translation>文件内容</translation></message>
<message><source>The expression takes too long on some lines; find a simpler one</source><translation>该表达式在某些行上耗时过长，请改用更简单的</translation></message>
<message><source>Paused</source><translation>已暂停</translation></message>
<message><source>To the end</source><translation>到末尾</translation></message>
<message><source>Show anyway</source><translation>仍然显示</translation></message>
<message><source>Not a regular expression, at character {place}: {what}</source><translation>正则表达式有误，第 {place} 个字符处：{what}</translation></message>
<message><source>Find in the lines</source><translation>在各行中查找</translation></message>
<message><source>Aa</source><extracomment>A button that tells capital letters from small ones</extracomment><translation>Aa</translation></message>
<message><source>Match case</source><extracomment>A button that tells capital letters from small ones</extracomment><translation>区分大小写</translation></message>
<message><source>Regular expression</source><extracomment>A button that tells capital letters from small ones</extracomment><translation>正则表达式</translation></message>
<message><source>Only matching lines</source><extracomment>A button that tells capital letters from small ones</extracomment><translation>仅匹配行</translation></message>
<message><source>Show only matching lines</source><extracomment>A button that tells capital letters from small ones</extracomment><translation>仅显示匹配的行</translation></message>
<message><source>Show from the beginning</source><translation>从头显示</translation></message>
<message><source>Wrap long lines</source><translation>自动换行</translation></message>
<message><source>Clear the view</source><translation>清空显示</translation></message>
<message><source>Automatic</source><translation>自动</translation></message>
<message><source>Stop saving</source><translation>停止保存</translation></message>
<message><source>Save matches as…</source><translation>匹配行另存为…</translation></message>
<message><source>Save all matching lines of the file so far as…</source><translation>将文件中目前所有匹配的行另存为…</translation></message>
<message><source>Go on showing new lines</source><translation>继续显示新行</translation></message>
<message><source>Pause the view</source><translation>暂停显示</translation></message>
<message><source>Encoding: {name}</source><translation>编码：{name}</translation></message>
<message><source>Encoding: automatic, {name}</source><translation>编码：自动，{name}</translation></message>
<message><source>{name} matches.txt</source><translation>{name} 匹配行.txt</translation></message>
<message><source>Save matches</source><translation>保存匹配行</translation></message>
<message><source>Saving to {name}…</source><translation>正在保存到 {name}…</translation></message>
<message><source>{name} is the download itself; choose another name</source><translation>{name} 就是所下载的文件，请另选名称</translation></message>
<message><source>{name} could not be saved</source><translation>无法保存 {name}</translation></message>
<message><source>Nothing was saved</source><translation>未保存任何内容</translation></message>
<message numerus="yes"><source>%Ln line(s) saved to {name}</source><translation><numerusform>已将 %Ln 行保存到 {name}</numerusform></translation></message>
<message><source>{size} before this are not shown</source><translation>此前的 {size} 未显示</translation></message>
<message><source>{size} came too fast to be shown</source><translation>有 {size} 来得太快，未能显示</translation></message>
<message><source>The file was begun anew</source><translation>文件已从头开始</translation></message>
<message><source>The recording goes on in the next file</source><translation>录制在下一个文件中继续</translation></message>
<message><source>Unicode (UTF-8)</source><translation>Unicode (UTF-8)</translation></message>
<message><source>Unicode (UTF-16)</source><translation>Unicode (UTF-16)</translation></message>
<message><source>Western European (Windows-1252)</source><translation>西欧 (Windows-1252)</translation></message>
<message><source>Western European (ISO-8859-15)</source><translation>西欧 (ISO-8859-15)</translation></message>
<message><source>Central European (Windows-1250)</source><translation>中欧 (Windows-1250)</translation></message>
<message><source>Cyrillic (Windows-1251)</source><translation>西里尔文 (Windows-1251)</translation></message>
<message><source>Cyrillic (KOI8-R)</source><translation>西里尔文 (KOI8-R)</translation></message>
<message><source>Greek (Windows-1253)</source><translation>希腊文 (Windows-1253)</translation></message>
<message><source>Turkish (Windows-1254)</source><translation>土耳其文 (Windows-1254)</translation></message>
<message><source>Hebrew (Windows-1255)</source><translation>希伯来文 (Windows-1255)</translation></message>
<message><source>Arabic (Windows-1256)</source><translation>阿拉伯文 (Windows-1256)</translation></message>
<message><source>Japanese (Shift JIS)</source><translation>日文 (Shift JIS)</translation></message>
<message><source>Japanese (EUC-JP)</source><translation>日文 (EUC-JP)</translation></message>
<message><source>Simplified Chinese (GB18030)</source><translation>简体中文 (GB18030)</translation></message>
<message><source>Traditional Chinese (Big5)</source><translation>繁体中文 (Big5)</translation></message>
<message><source>Korean (EUC-KR)</source><translation>韩文 (EUC-KR)</translation></message>
<message><source>The file is not there</source><translation>文件不存在</translation></message>
<message><source>This file is not text</source><translation>此文件不是文本</translation></message>
<message><source>Waiting for the next line</source><translation>等待下一行</translation></message>
<message><source>There is no line to show</source><translation>没有可显示的行</translation></message>
<message><source>The file cannot be read</source><translation>无法读取文件</translation></message>
<message numerus="yes"><source>%Ln line(s)</source><translation><numerusform>%Ln 行</numerusform></translation></message>
<message numerus="yes"><source>%Ln new line(s)</source><translation><numerusform>%Ln 行新内容</numerusform></translation></message>
<message numerus="yes"><source>%Ln matching line(s)</source><translation><numerusform>%Ln 行匹配</numerusform></translation></message>
<message><source>Choose a download to see its text as it arrives</source><translation>选择一个下载任务以查看收到的文本</translation></message>
<message><source>Nothing has arrived yet</source><translation>尚未收到内容</translation></message>
<message><source>No line matches</source><translation>没有匹配的行</translation></message>
</context>
<context>
<name>Login</name>
<message><source>Log in</source><translation>登录</translation></message>
<message><source>&amp;Keep it in the system's keyring</source><translation>保存在系统密钥环中(&amp;K)</translation></message>
<message><source>&amp;User name</source><translation>用户名(&amp;U)</translation></message>
<message><source>&amp;Password, or token</source><translation>密码或令牌(&amp;P)</translation></message>
<message><source>The login before was refused.</source><translation>之前的登录被拒绝。</translation></message>
<message><source>Install this first, in a terminal</source><translation>请先在终端中安装</translation></message>
<message><source>Type a name and a password, or a token.</source><translation>请输入用户名和密码，或令牌。</translation></message>
<message><source>There are too many rules for hosts.</source><translation>主机规则太多。</translation></message>
<message><source>The keyring does not keep the login; it is used until Headrace ends.</source><translation>密钥环未保存此登录；它在 Headrace 结束前有效。</translation></message>
<message><source>The server {place} asks for a login.</source><translation>服务器 {place} 要求登录。</translation></message>
<message><source>A login for {place}, for all downloads from there.</source><translation>{place} 的登录信息，用于来自那里的所有下载。</translation></message>
<message><source>The proxy {place} asks for a login.</source><translation>代理 {place} 要求登录。</translation></message>
<message><source>Your Kerberos ticket could not be used: {why}.</source><translation>无法使用您的 Kerberos 票据：{why}。</translation></message>
<message numerus="yes"><source>%Ln download(s) wait for it.</source><translation><numerusform>有 %Ln 个下载在等待。</numerusform></translation></message>
<message><source>Others on the way may read it, unless the server offers TLS.</source><translation>除非服务器提供 TLS，否则途中的其他人可以读取。</translation></message>
<message><source>The connection is not encrypted: others on the way may read it.</source><translation>连接未加密：途中的其他人可以读取。</translation></message>
<message><source>Show my Kerberos &amp;ticket to {host}</source><translation>向 {host} 出示我的 Kerberos 票据(&amp;T)</translation></message>
<message><source>Send the password &amp;readably (Basic), though safer ways are offered</source><translation>尽管提供了更安全的方式，仍以明文发送密码 (Basic)(&amp;R)</translation></message>
</context>
<context>
<name>Names</name>
<message><source>Write a name.</source><translation>请输入名称。</translation></message>
<message><source>A name has no slashes. The folder is chosen apart from it.</source><translation>名称不能含有斜杠。文件夹需另行选择。</translation></message>
<message><source>The name holds a character that cannot be seen.</source><translation>名称含有不可见的字符。</translation></message>
<message><source>A name cannot hold any of &lt; &gt; : " | ? *</source><translation>名称不能含有以下任何字符：&lt; &gt; : " | ? *</translation></message>
<message><source>A name cannot end with a dot or a space.</source><translation>名称不能以句点或空格结尾。</translation></message>
<message><source>Windows keeps this name for itself. Put _ before it.</source><translation>此名称由 Windows 保留。请在前面加上 _。</translation></message>
<message><source>The name is too long. 255 bytes are the most a disk takes.</source><translation>名称过长。磁盘最多允许 255 字节。</translation></message>
</context>
<context>
<name>Notices</name>
<message><source>fetched anew: the file on the server had changed</source><translation>已重新下载：服务器上的文件有变化</translation></message>
<message><source>fetched anew: the server cannot resume safely</source><translation>已重新下载：服务器无法安全续传</translation></message>
<message><source>fetched anew: the unfinished file was missing or changed</source><translation>已重新下载：未完成的文件缺失或被改动</translation></message>
<message><source>length unknown</source><translation>长度未知</translation></message>
<message><source>skipped, a file of that name was there already</source><translation>已跳过，已有同名文件</translation></message>
<message><source>joins compared, the server names no version</source><translation>已比较衔接处，服务器未标明版本</translation></message>
<message><source>altered blocks on disk fetched again</source><translation>磁盘上被改动的区块已重新下载</translation></message>
<message><source>saved as it came, though labelled compressed</source><translation>虽标为压缩，仍按原样保存</translation></message>
<message><source>the server calls it another kind of file</source><translation>服务器称其为另一种文件</translation></message>
<message><source>misleading characters removed from the name</source><translation>已去除名称中的误导性字符</translation></message>
<message><source>checksum shows accidents, not forgeries</source><translation>校验和只能发现意外损坏，不能发现伪造</translation></message>
<message><source>one address was given up</source><translation>已弃用一个地址</translation></message>
<message><source>the disk cannot set room aside</source><translation>磁盘无法预留空间</translation></message>
<message><source>the feed was interrupted</source><translation>数据流曾中断</translation></message>
<message><source>ended on request</source><translation>已按要求结束</translation></message>
<message><source>not marked with its origin</source><translation>未标记来源</translation></message>
<message><source>fetched anew: what another program had left was not right</source><translation>已重新下载：其他程序留下的内容不正确</translation></message>
<message><source>partly another program's, compared in samples</source><translation>部分来自其他程序，仅抽样比较</translation></message>
</context>
<context>
<name>Outcome</name>
<message><source>{name} is right, proved by {proof}</source><translation>{name} 正确，校验依据：{proof}</translation></message>
<message><source>{name} has the right size; nothing more is known of it</source><translation>{name} 大小正确，此外无从校验</translation></message>
<message><source>{name} is not the file any more that was downloaded</source><translation>{name} 已不是当初下载的文件</translation></message>
<message><source>{name} is no longer in {folder}</source><translation>{name} 已不在 {folder} 中</translation></message>
<message><source>{name} cannot be read</source><translation>无法读取 {name}</translation></message>
<message><source>Nothing is known of {name} to compare it with</source><translation>没有可与 {name} 比对的信息</translation></message>
<message><source>{name} was not read to its end</source><translation>{name} 未读取完毕</translation></message>
<message><source>{name}: {what}. {advice}</source><translation>{name}：{what}。{advice}</translation></message>
<message><source>Renamed to {name}</source><translation>已重命名为 {name}</translation></message>
<message><source>{name} is in {folder} now</source><translation>{name} 现位于 {folder}</translation></message>
<message><source>{sentence}: it differs from byte {start} on</source><translation>{sentence}：从第 {start} 字节起不同</translation></message>
<message><source>the digests Headrace kept of it</source><translation>Headrace 保存的摘要</translation></message>
</context>
<context>
<name>Properties</name>
<message><source>As in the settings</source><translation>与设置一致</translation></message>
<message><source>Nothing</source><translation>无</translation></message>
<message><source>Open it</source><translation>打开</translation></message>
<message><source>Extract it</source><translation>解压</translation></message>
<message><source>Extract it and open the folder</source><translation>解压并打开文件夹</translation></message>
<message><source>Extract it, then the archive goes to the trash</source><translation>解压，然后将压缩包移到回收站</translation></message>
<message><source>Play a sound</source><translation>播放声音</translation></message>
<message><source>When it is &amp;there</source><translation>完成后(&amp;T)</translation></message>
<message><source>Write the proxy as http://proxy.example:3128, or “direct” for none.</source><translation>请将代理写成 http://proxy.example:3128，或写“direct”表示不用代理。</translation></message>
<message><source>Write each header as Name: value. Headrace itself sets Range, Host and the like.</source><translation>请将每个请求头写成 Name: value。Range、Host 等由 Headrace 自行设置。</translation></message>
<message><source>High</source><translation>高</translation></message>
<message><source>Normal</source><translation>普通</translation></message>
<message><source>Low</source><translation>低</translation></message>
<message><source>Properties</source><translation>属性</translation></message>
<message><source>Apply</source><translation>应用</translation></message>
<message><source>No limit of its own</source><translation>不单独限速</translation></message>
<message><source>By type</source><translation>按类型</translation></message>
<message><source>Main queue</source><translation>主队列</translation></message>
<message><source>such as sha256:…</source><translation>例如 sha256:…</translation></message>
<message><source>unchanged</source><translation>保持不变</translation></message>
<message><source>&amp;Category</source><translation>分类(&amp;C)</translation></message>
<message><source>C&amp;onnections at most</source><translation>最大连接数(&amp;O)</translation></message>
<message><source>Speed &amp;limit</source><translation>限速(&amp;L)</translation></message>
<message><source>&amp;Priority</source><translation>优先级(&amp;P)</translation></message>
<message><source>&amp;Queue</source><translation>队列(&amp;Q)</translation></message>
<message><source>Expected c&amp;hecksum</source><translation>预期校验和(&amp;K)</translation></message>
<message><source>Pro&amp;xy</source><translation>代理(&amp;X)</translation></message>
<message><source>Coo&amp;kies</source><translation>Cookie(&amp;K)</translation></message>
<message><source>&amp;Request headers, one a line</source><translation>请求头，每行一个(&amp;R)</translation></message>
<message><source>Various: left as they are</source><translation>各不相同：保持原样</translation></message>
<message><source>This is not a checksum. Write it as sha256: and 64 digits from 0 to f.</source><translation>这不是校验和。请写成 sha256: 加 64 位 0 到 f 的数字。</translation></message>
<message><source>This value cannot be used.</source><translation>此值无法使用。</translation></message>
</context>
<context>
<name>Questions</name>
<message><source>Delete for good</source><translation>彻底删除</translation></message>
<message><source>What is deleted so does not go to the trash.</source><translation>以此方式删除的内容不会进入回收站。</translation></message>
<message><source>Delete</source><translation>删除</translation></message>
<message><source>Cancel</source><translation>取消</translation></message>
<message><source>Delete “{name}” for good?</source><translation>彻底删除“{name}”？</translation></message>
<message numerus="yes"><source>Delete %Ln download(s) with their files for good?</source><translation><numerusform>彻底删除 %Ln 个任务及其文件？</numerusform></translation></message>
<message><source>About Headrace</source><translation>关于 Headrace</translation></message>
<message><source>A download manager that proves every byte it writes.</source><translation>每个写入的字节都经过校验的下载管理器。</translation></message>
<message><source>Close</source><translation>关闭</translation></message>
</context>
<context>
<name>Queues</name>
<message><source>Queue options</source><translation>队列选项</translation></message>
<message><source>Apply</source><translation>应用</translation></message>
<message><source>Speed &amp;limit</source><translation>限速(&amp;L)</translation></message>
<message><source>Downloads at &amp;once</source><translation>同时下载数(&amp;O)</translation></message>
<message><source>Starts downloads, and stops them &amp;after</source><translation>在此时段内开始下载，之后停止(&amp;A)</translation></message>
<message><source>&amp;Folder</source><translation>文件夹(&amp;F)</translation></message>
<message><source>No limit of its own</source><translation>不单独限速</translation></message>
<message><source>As many as in all</source><translation>与总数相同</translation></message>
<message><source>The folder for downloads</source><translation>下载文件夹</translation></message>
<message><source>Hours</source><translation>时段</translation></message>
<message><source>Write the whole path of the folder, from the root.</source><translation>请输入文件夹的完整路径，从根目录开始。</translation></message>
<message><source>Name of the queue</source><translation>队列名称</translation></message>
<message><source>Add queue</source><translation>添加队列</translation></message>
<message><source>Rename queue</source><translation>重命名队列</translation></message>
<message><source>Removed the queue {queue}</source><translation>已移除队列 {queue}</translation></message>
<message><source>Undo</source><translation>撤销</translation></message>
<message numerus="yes"><source>%Ln download(s) moved to {place}</source><translation><numerusform>已将 %Ln 个任务移到“{place}”</numerusform></translation></message>
</context>
<context>
<name>Readdress</name>
<message><source>Change address</source><translation>更改地址</translation></message>
<message><source>Go on from there</source><translation>从新地址继续</translation></message>
<message><source>New address of {name}</source><translation>{name} 的新地址</translation></message>
<message><source>Open the server's page in the browser</source><translation>在浏览器中打开服务器页面</translation></message>
<message><source>This is not an address. It begins with https:// or http://.</source><translation>这不是地址。地址以 https:// 或 http:// 开头。</translation></message>
<message><source>This download runs or is done already, or another one has this address.</source><translation>此任务正在下载或已完成，或者另一任务已使用此地址。</translation></message>
<message><source>Paste a fresh link to the same file.</source><translation>请粘贴指向同一文件的新链接。</translation></message>
<message><source>Paste a fresh link to the same file. The {size} that are here stay; they are compared with what the new address has before anything is added to them.</source><translation>请粘贴指向同一文件的新链接。已有的 {size} 会保留，并在续传之前与新地址的内容比对。</translation></message>
</context>
<context>
<name>Relocate</name>
<message><source>Move to another folder</source><translation>移动到其他文件夹</translation></message>
<message><source>Move</source><translation>移动</translation></message>
<message><source>What has arrived goes along, and downloads that run go on there.</source><translation>已下载的部分会一并移动，进行中的任务会在新位置继续。</translation></message>
<message><source>Write the whole path of a folder.</source><translation>请输入文件夹的完整路径。</translation></message>
<message><source>New folder of {what}</source><translation>新文件夹（{what}）</translation></message>
</context>
<context>
<name>Rename</name>
<message><source>Name of the file</source><translation>文件名</translation></message>
<message><source>This name cannot be used.</source><translation>此名称无法使用。</translation></message>
<message><source>Rename</source><translation>重命名</translation></message>
</context>
<context>
<name>Rules</name>
<message><source>There is no {part}. There are {fields}.</source><translation>没有 {part}。可用的有 {fields}。</translation></message>
<message><source>Behind a colon there is only the form of a date, such as {example}.</source><translation>冒号后面只能是日期格式，例如 {example}。</translation></message>
<message><source>A brace is open, or there is one too many.</source><translation>有一个花括号没有闭合，或者多了一个。</translation></message>
<message><source>{path} stands for several folders: write it alone between two slashes.</source><translation>{path} 代表多个文件夹：请将它单独写在两个斜杠之间。</translation></message>
<message><source>Write a whole path, or folders below the one for downloads.</source><translation>请写完整路径，或下载文件夹之下的文件夹。</translation></message>
<message><source>Not every system can have a folder called “{part}”.</source><translation>并非每个系统都允许名为“{part}”的文件夹。</translation></message>
<message><source>{counter} numbers files, and can be no part of a folder.</source><translation>{counter} 用来给文件编号，不能用在文件夹中。</translation></message>
<message><source>A name holds no slashes. Folders belong into the field above.</source><translation>名称中不能有斜杠。文件夹请写在上面的字段中。</translation></message>
<message><source>Without a field such as {name} all files would have the same name.</source><translation>如果没有 {name} 这样的字段，所有文件都会同名。</translation></message>
<message><source>A regular expression has {number} characters at most.</source><translation>正则表达式最多 {number} 个字符。</translation></message>
<message><source>This is no regular expression: {part}</source><translation>这不是正则表达式：{part}</translation></message>
<message><source>There is a {part} already. Give the group another name.</source><translation>{part} 已存在。请为该组换一个名称。</translation></message>
<message><source>This expression may take too long. Let no two ways of a repeat fit the same text, as in {example}.</source><translation>这个表达式可能耗时过长。重复中不要让两条路径匹配同一段文字，例如 {example}。</translation></message>
<message><source>Rule {number}</source><translation>规则 {number}</translation></message>
<message><source>everything</source><translation>全部</translation></message>
<message><source>the folder for downloads</source><translation>下载文件夹</translation></message>
<message><source>{what} → {where}</source><translation>{what} → {where}</translation></message>
<message><source>Change {name}</source><translation>更改 {name}</translation></message>
<message><source>Remove {name}</source><translation>移除 {name}</translation></message>
<message><source>Endings</source><translation>扩展名</translation></message>
<message><source>Folder</source><translation>文件夹</translation></message>
<message><source>{name} is removed.</source><translation>已移除 {name}。</translation></message>
<message><source>Any</source><translation>任意</translation></message>
<message><source>As it is</source><translation>保持不变</translation></message>
<message><source>Write a size such as 700M or 2GiB.</source><translation>请写大小，例如 700M 或 2GiB。</translation></message>
<message><source>Name of the rule</source><translation>规则名称</translation></message>
<message><source>Types of files</source><translation>文件类型</translation></message>
<message><source>Servers</source><translation>服务器</translation></message>
<message><source>Addresses</source><translation>地址</translation></message>
<message><source>Server (regular expression)</source><translation>服务器（正则表达式）</translation></message>
<message><source>Address (regular expression)</source><translation>地址（正则表达式）</translation></message>
<message><source>Name (regular expression)</source><translation>名称（正则表达式）</translation></message>
<message><source>Size</source><translation>大小</translation></message>
<message><source>Least size</source><translation>最小大小</translation></message>
<message><source>Greatest size</source><translation>最大大小</translation></message>
<message><source>From the queue</source><translation>来自队列</translation></message>
<message><source>File name</source><translation>文件名</translation></message>
<message><source>Category</source><translation>类别</translation></message>
<message><source>Queue</source><translation>队列</translation></message>
<message><source>Priority</source><translation>优先级</translation></message>
<message><source>Add paused</source><translation>添加后暂停</translation></message>
<message><source>Ask the rules below too</source><translation>继续询问后面的规则</translation></message>
<message><source>{name}: asked</source><translation>{name}：启用</translation></message>
<message><source>Add rule</source><translation>添加规则</translation></message>
<message><source>Folders by type</source><translation>按类型分文件夹</translation></message>
<message><source>A folder each for videos, music, pictures and so on</source><translation>为视频、音乐、图片等各建一个文件夹</translation></message>
<message><source>Try an address: where would it go?</source><translation>试一个地址：它会保存到哪里？</translation></message>
<message><source>This is not an address.</source><translation>这不是地址。</translation></message>
<message><source>no rule holds</source><translation>没有匹配的规则</translation></message>
<message><source>{path} ({rule})</source><translation>{path}（{rule}）</translation></message>
<message><source>Ask {name} earlier</source><translation>提前询问 {name}</translation></message>
<message><source>Ask {name} later</source><translation>推后询问 {name}</translation></message>
</context>
<context>
<name>Settings</name>
<message><source>All files</source><translation>所有文件</translation></message>
<message><source>At all hours</source><translation>任何时间</translation></message>
<message><source>No program on this computer opens it.</source><translation>电脑上没有可打开它的程序。</translation></message>
<message><source>The keyring did not forget all of them.</source><translation>密钥环没有全部忘记。</translation></message>
<message numerus="yes"><source>%Ln login(s) forgotten.</source><translation><numerusform>已忘记 %Ln 个登录信息。</numerusform></translation></message>
<message><source>All settings are back to their defaults.</source><translation>所有设置已恢复默认值。</translation></message>
<message><source>All settings had their defaults already.</source><translation>所有设置原本就是默认值。</translation></message>
<message><source>Export settings</source><translation>导出设置</translation></message>
<message><source>{file} could not be written: {fault}</source><translation>无法写入 {file}：{fault}</translation></message>
<message><source>All settings are in {file} now.</source><translation>所有设置已保存到 {file}。</translation></message>
<message><source>Import settings</source><translation>导入设置</translation></message>
<message><source>Settings (*.json)</source><translation>设置 (*.json)</translation></message>
<message><source>All files (*)</source><translation>所有文件 (*)</translation></message>
<message><source>{file} is not a file of settings that Headrace wrote. Nothing was changed.</source><translation>{file} 不是 Headrace 写出的设置文件。未作任何更改。</translation></message>
<message><source>{file} was written by a newer Headrace. Nothing was changed.</source><translation>{file} 由更新版本的 Headrace 写出。未作任何更改。</translation></message>
<message><source>{file} cannot be read. Nothing was changed.</source><translation>无法读取 {file}。未作任何更改。</translation></message>
<message><source>All settings were already as {file} has them.</source><translation>所有设置原本就与 {file} 一致。</translation></message>
<message numerus="yes"><source>%Ln setting(s) changed to what {file} has.</source><translation><numerusform>已按 {file} 更改 %Ln 项设置。</numerusform></translation></message>
<message><source>Ignored, as there is no such setting: {names}.</source><translation>已忽略不存在的设置：{names}。</translation></message>
<message><source>Left as they were, as the values cannot be used: {names}.</source><translation>值无法使用，保持原样：{names}。</translation></message>
<message><source>Not found on this computer: the folder or file of {names}.</source><translation>电脑上找不到以下设置的文件夹或文件：{names}。</translation></message>
<message><source>Search settings</source><translation>搜索设置</translation></message>
<message><source>Settings</source><translation>设置</translation></message>
<message><source>This folder cannot be reached.</source><translation>无法访问此文件夹。</translation></message>
<message><source>This is a file, not a folder.</source><translation>这是文件，不是文件夹。</translation></message>
<message><source>Main queue</source><translation>主队列</translation></message>
<message><source>This value cannot be used.</source><translation>此值无法使用。</translation></message>
<message><source>Like the system</source><translation>跟随系统</translation></message>
<message><source>Blue</source><translation>蓝色</translation></message>
<message><source>Teal</source><translation>青色</translation></message>
<message><source>Green</source><translation>绿色</translation></message>
<message><source>Amber</source><translation>琥珀色</translation></message>
<message><source>Orange</source><translation>橙色</translation></message>
<message><source>Red</source><translation>红色</translation></message>
<message><source>Pink</source><translation>粉色</translation></message>
<message><source>Violet</source><translation>紫色</translation></message>
<message><source>Another colour…</source><translation>其他颜色…</translation></message>
<message><source>{setting}: {choice}</source><translation>{setting}：{choice}</translation></message>
<message><source>Accent colour</source><translation>强调色</translation></message>
<message><source>Programs made for aria2</source><translation>为 aria2 编写的程序</translation></message>
<message><source>Who may come in</source><translation>谁可以进入</translation></message>
<message><source>Let other programs use Headrace</source><translation>允许其他程序使用 Headrace</translation></message>
<message><source>AriaNg, browser extensions and scripts made for aria2 work with it. They need the token below.</source><translation>AriaNg、浏览器扩展和为 aria2 编写的脚本都能使用它。它们需要下面的令牌。</translation></message>
<message><source>aria2, RPC, JSON-RPC, WebSocket, remote control, API, server</source><translation>aria2、RPC、JSON-RPC、WebSocket、远程控制、API、服务器</translation></message>
<message><source>Port</source><translation>端口</translation></message>
<message><source>Most programs look for it at 6800.</source><translation>大多数程序在 6800 查找它。</translation></message>
<message><source>TCP, address, listen, number</source><translation>TCP、地址、监听、端口号</translation></message>
<message><source>Secret token</source><translation>秘密令牌</translation></message>
<message><source>Who does not know it is refused. Only what proves it is kept, so copy it while it is shown.</source><translation>不知道令牌者会被拒绝。只保存用于验证它的信息，请在显示时复制。</translation></message>
<message><source>password, key, secret, security</source><translation>密码、密钥、秘密、安全</translation></message>
<message><source>Other computers too</source><translation>也允许其他计算机</translation></message>
<message><source>Programs anywhere in the network may ask, unencrypted. Only for a network you trust.</source><translation>网络中任何地方的程序都可以请求，且不加密。仅用于您信任的网络。</translation></message>
<message><source>network, LAN, remote, listen, security</source><translation>网络、局域网、远程、监听、安全</translation></message>
<message><source>Names of this computer</source><translation>本计算机的名称</translation></message>
<message><source>Names by which others may call it, such as nas.lan. Its addresses and localhost always count.</source><translation>其他计算机称呼它的名称，例如 nas.lan。它的地址和 localhost 始终有效。</translation></message>
<message><source>host, DNS, rebinding, security</source><translation>主机、DNS、重新绑定、安全</translation></message>
<message><source>None</source><translation>无</translation></message>
<message><source>Web pages that may ask</source><translation>可以请求的网页</translation></message>
<message><source>Origins such as https://ariang.example or chrome-extension://ID. All other pages are refused.</source><translation>来源，例如 https://ariang.example 或 chrome-extension://ID。所有其他网页都会被拒绝。</translation></message>
<message><source>CORS, origin, browser, extension, AriaNg, security</source><translation>CORS、来源、浏览器、扩展、AriaNg、安全</translation></message>
<message><source>Folders they may save to</source><translation>它们可以保存到的文件夹</translation></message>
<message><source>Whole paths with a semicolon between two. The folder for downloads and all in it always count.</source><translation>完整路径，用分号隔开。下载文件夹及其中的一切始终有效。</translation></message>
<message><source>directory, path, target, security</source><translation>目录、路径、目标、安全</translation></message>
<message><source>Open it</source><translation>打开</translation></message>
<message><source>Extract archives into a folder beside them</source><translation>将压缩包解压到旁边的文件夹</translation></message>
<message><source>Then move the archive to the trash</source><translation>然后将压缩包移到回收站</translation></message>
<message><source>Play a sound</source><translation>播放声音</translation></message>
<message><source>Move it to another folder</source><translation>移动到其他文件夹</translation></message>
<message><source>The system's sound, or a file</source><translation>系统声音，或一个文件</translation></message>
<message><source>File with the sound</source><translation>声音文件</translation></message>
<message><source>The folder, in full</source><translation>文件夹的完整路径</translation></message>
<message><source>Folder to move to</source><translation>目标文件夹</translation></message>
<message><source>Write the folder in full.</source><translation>请填写文件夹的完整路径。</translation></message>
<message><source>Write the file in full.</source><translation>请填写文件的完整路径。</translation></message>
<message><source>When something happens</source><translation>发生事件时</translation></message>
<message><source>Lists that are laid down</source><translation>放入的列表</translation></message>
<message><source>Watched folder</source><translation>监视的文件夹</translation></message>
<message><source>Texts with addresses, Metalinks and lists that are saved there are added, and then renamed.</source><translation>保存在那里的含地址的文本、Metalink 和列表会被添加，然后重命名。</translation></message>
<message><source>watch, directory, folder, inbox, NAS, import</source><translation>监视、目录、文件夹、收件箱、NAS、导入</translation></message>
<message><source>Command after each download</source><translation>每次下载后的命令</translation></message>
<message><source>A program and its arguments, without a shell. {path} stands for the file, {folder} for its folder.</source><translation>程序及其参数，不使用 shell。{path} 代表文件，{folder} 代表其文件夹。</translation></message>
<message><source>run, execute, script, hook, event, finished, post-processing</source><translation>运行、执行、脚本、钩子、事件、完成、后处理</translation></message>
<message><source>Command after a failure</source><translation>失败后的命令</translation></message>
<message><source>Run when a download has failed and waits for you.</source><translation>当下载失败并等待您处理时运行。</translation></message>
<message><source>run, execute, script, hook, event, error</source><translation>运行、执行、脚本、钩子、事件、错误</translation></message>
<message><source>Command when all is done</source><translation>全部完成时的命令</translation></message>
<message><source>Run when nothing is left to be done, for example to suspend the computer.</source><translation>当没有剩余任务时运行，例如让计算机挂起。</translation></message>
<message><source>run, execute, script, hook, event, idle, shut down, suspend, sleep</source><translation>运行、执行、脚本、钩子、事件、空闲、关机、挂起、睡眠</translation></message>
<message><source>Webhook</source><translation>Webhook</translation></message>
<message><source>What happens is sent to this address as JSON by POST, again where that fails.</source><translation>发生的事件以 JSON 通过 POST 发送到此地址，失败时重试。</translation></message>
<message><source>HTTP, POST, JSON, event, notify, address, URL, server</source><translation>HTTP、POST、JSON、事件、通知、地址、URL、服务器</translation></message>
<message><source>Write a speed from {low} to {high}.</source><translation>请输入 {low} 到 {high} 的速度。</translation></message>
<message><source>Write a number of seconds from {low} to {high}.</source><translation>请输入 {low} 到 {high} 的秒数。</translation></message>
<message><source>Write a whole number from {low} to {high}.</source><translation>请输入 {low} 到 {high} 的整数。</translation></message>
<message><source>Quiet</source><translation>静默</translation></message>
<message><source>Others on the line</source><translation>线路上的其他人</translation></message>
<message><source>Data budget</source><translation>流量预算</translation></message>
<message><source>Metered networks</source><translation>按流量计费的网络</translation></message>
<message><source>Quiet now</source><translation>现在静默</translation></message>
<message><source>The quiet limit is in force, until you or the quiet hours end it.</source><translation>静默限速生效，直到您或静默时段将其结束。</translation></message>
<message><source>turtle, slow, alternative, profile, turbo, polite</source><translation>乌龟, 慢速, 备用, 配置, 礼貌, 安静</translation></message>
<message><source>Quiet limit</source><translation>静默限速</translation></message>
<message><source>All downloads together are held to this while it is quiet.</source><translation>静默期间，所有下载合计不超过此速度。</translation></message>
<message><source>bandwidth, throttle, rate, slow down</source><translation>带宽, 节流, 速率, 减速</translation></message>
<message><source>Quiet hours</source><translation>静默时段</translation></message>
<message><source>When they begin it gets quiet by itself, and when they end it no longer is. Drag to mark them.</source><translation>时段开始时自动静默，结束时自动恢复。拖动以标记。</translation></message>
<message><source>schedule, scheduler, time, day, week, night, plan</source><translation>计划, 调度, 定时, 时间, 日, 周, 夜间</translation></message>
<message><source>Never by itself</source><translation>从不自动</translation></message>
<message><source>Leave others room</source><translation>给其他人留出带宽</translation></message>
<message><source>While others use the line, downloads step back. Headrace notices it by answers that take longer, and asks the servers it fetches from once a second, less often while the line is calm.</source><translation>其他人使用线路时，下载会让路。Headrace 通过响应变慢来察觉，并每秒询问一次正在下载的服务器，线路平静时则更少。</translation></message>
<message><source>latency, ping, bufferbloat, polite, family, games, calls, LEDBAT, share</source><translation>延迟, ping, 缓冲膨胀, 礼让, 家人, 游戏, 通话, LEDBAT, 共享</translation></message>
<message><source>How much may come</source><translation>可用流量</translation></message>
<message><source>When so much has come, downloads wait for the next period, or for a network that does not count. Days and weeks begin at midnight, weeks on Monday.</source><translation>达到此数量后，下载任务会等待下一个周期，或等待不计入的网络。日和周从午夜开始，周从星期一开始。</translation></message>
<message><source>quota, cap, volume, allowance, contract, data, traffic, month, week, day, billing, Wi-Fi, mobile, roaming</source><translation>配额, 上限, 流量, 套餐, 合同, 数据, 月, 周, 日, 计费, Wi-Fi, 移动, 漫游</translation></message>
<message><source>Wait in metered networks</source><translation>在按流量计费的网络中等待</translation></message>
<message><source>Where the system says that a network counts bytes, as that of a phone, downloads wait for another one.</source><translation>如果系统指出某个网络按流量计费（例如手机网络），下载任务会等待其他网络。</translation></message>
<message><source>mobile, phone, cellular, hotspot, tethering, roaming, data, volume</source><translation>移动, 手机, 蜂窝, 热点, 共享, 漫游, 数据, 流量</translation></message>
<message><source>{button}: {setting}</source><translation>{button}：{setting}</translation></message>
<message><source>When all downloads are done</source><translation>所有下载完成后</translation></message>
<message><source>When a file is there</source><translation>文件下载完成后</translation></message>
<message><source>It is done to each file; a download's properties may say otherwise.</source><translation>对每个文件执行；可在下载的属性中另行指定。</translation></message>
<message><source>finished, extract, unpack, unzip, archive, zip, 7z, tar, open, sound, move, folder</source><translation>完成, 解压, 解压缩, 压缩包, zip, 7z, tar, 打开, 声音, 移动, 文件夹</translation></message>
<message><source>Then, each time</source><translation>每次都执行</translation></message>
<message><source>You are warned a minute before, and can stop it. For one time, choose it in the menu File.</source><translation>会提前一分钟提醒，可以停止。若只需一次，请在“文件”菜单中选择。</translation></message>
<message><source>shut down, power off, suspend, standby, sleep, hibernate, log out, quit, idle</source><translation>关机, 挂起, 待机, 睡眠, 休眠, 注销, 退出, 空闲</translation></message>
<message><source>Do nothing</source><translation>什么也不做</translation></message>
<message><source>Sleep</source><translation>睡眠</translation></message>
<message><source>Hibernate</source><translation>休眠</translation></message>
<message><source>Shut down</source><translation>关机</translation></message>
<message><source>Restart</source><translation>重启</translation></message>
<message><source>Log out</source><translation>注销</translation></message>
<message><source>Quit Headrace</source><translation>退出 Headrace</translation></message>
<message><source>Saving</source><translation>保存</translation></message>
<message><source>Adding</source><translation>添加</translation></message>
<message><source>Checking</source><translation>校验</translation></message>
<message><source>History</source><translation>历史记录</translation></message>
<message><source>At the same time</source><translation>同时进行</translation></message>
<message><source>Patience</source><translation>超时与重试</translation></message>
<message><source>Folder for downloads</source><translation>下载文件夹</translation></message>
<message><source>New downloads go here unless you choose another folder when you add them.</source><translation>新任务保存在这里，除非添加时另选文件夹。</translation></message>
<message><source>directory, path, location, save to, destination</source><translation>目录, 路径, 位置, 保存到, 目标, 下载位置</translation></message>
<message><source>Downloads at once</source><translation>同时下载数</translation></message>
<message><source>So many run side by side; the others wait in line.</source><translation>超出此数的任务会排队等待。</translation></message>
<message><source>parallel, simultaneous, concurrent, maximum</source><translation>并行, 同时, 并发, 最多, 任务数</translation></message>
<message><source>Watch the clipboard</source><translation>监视剪贴板</translation></message>
<message><source>When you copy the address of a file, Headrace offers to download it.</source><translation>复制文件地址时，Headrace 会询问是否下载。</translation></message>
<message><source>copy, paste, monitor, link</source><translation>复制, 粘贴, 监控, 监听, 链接</translation></message>
<message><source>Ask servers before adding</source><translation>添加前询问服务器</translation></message>
<message><source>The add dialog shows name and size of each file. Switch it off if your links work only once.</source><translation>添加对话框会显示每个文件的名称和大小。如果链接只能使用一次，请关闭此项。</translation></message>
<message><source>probe, size, check, one-time link, preview</source><translation>探测, 大小, 检查, 一次性链接, 预览</translation></message>
<message><source>Add without asking</source><translation>直接添加</translation></message>
<message><source>Pasted and dropped addresses go straight into the list, without a dialog.</source><translation>粘贴或拖入的地址直接进入列表，不显示对话框。</translation></message>
<message><source>silent, dialog, confirm, prompt</source><translation>静默, 对话框, 确认, 询问, 提示</translation></message>
<message><source>Add paused</source><translation>添加后暂停</translation></message>
<message><source>The main button of the add dialog adds downloads without starting them.</source><translation>添加对话框的主按钮只添加任务，不开始下载。</translation></message>
<message><source>start later, stopped</source><translation>稍后开始, 不开始, 停止</translation></message>
<message><source>Look for checksums</source><translation>查找校验和</translation></message>
<message><source>For large files, the server is asked for a checksum file, and the download is checked by it.</source><translation>对于大文件，会向服务器查找校验和文件，并据此校验下载。</translation></message>
<message><source>verify, hash, SHA-256, SHA256SUMS, integrity</source><translation>校验, 验证, 哈希, hash, SHA-256, SHA256SUMS, 完整性</translation></message>
<message><source>Mark files as downloaded</source><translation>标记下载的文件</translation></message>
<message><source>Files carry where they came from, so that the system can warn before it runs one.</source><translation>文件会带上来源标记，以便系统在运行前提出警告。</translation></message>
<message><source>origin, quarantine, zone, security, warning</source><translation>来源, 隔离, 区域, 安全, 警告</translation></message>
<message><source>Remember ended downloads</source><translation>记住已结束的下载</translation></message>
<message><source>The history keeps them after they left the list. What is older goes at the next start.</source><translation>下载离开列表后，历史记录仍会保留它们。更早的记录会在下次启动时删除。</translation></message>
<message><source>history, privacy, archive, days, forget</source><translation>历史记录, 隐私, 存档, 天数, 忘记</translation></message>
<message><source>For ever</source><translation>永久</translation></message>
<message><source>For a year</source><translation>一年</translation></message>
<message><source>For 90 days</source><translation>90 天</translation></message>
<message><source>For 30 days</source><translation>30 天</translation></message>
<message><source>For a week</source><translation>一周</translation></message>
<message><source>Not at all</source><translation>不保留</translation></message>
<message><source>Connections per download</source><translation>每个任务的连接数</translation></message>
<message><source>At most so many. More are only opened while they make the download faster.</source><translation>这是上限。只有能加快下载时才会增加连接。</translation></message>
<message><source>threads, segments, parts, parallel, maximum</source><translation>线程, 多线程, 分段, 分片, 并行, 最多</translation></message>
<message><source>Connections per server</source><translation>每个服务器的连接数</translation></message>
<message><source>At most so many to one server, all downloads together.</source><translation>所有任务合计，连到同一服务器的连接数上限。</translation></message>
<message><source>host, parallel, maximum</source><translation>主机, 并行, 最多</translation></message>
<message><source>Wait for a server</source><translation>等待服务器</translation></message>
<message><source>A server that has not answered by then is tried again later.</source><translation>在此时间内没有响应的服务器，稍后会重试。</translation></message>
<message><source>timeout, connect, seconds</source><translation>超时, 连接, 秒</translation></message>
<message><source>Wait for data</source><translation>等待数据</translation></message>
<message><source>A connection on which nothing has come for so long is opened anew.</source><translation>超过此时间没有数据的连接会重新建立。</translation></message>
<message><source>timeout, idle, stalled, seconds</source><translation>超时, 空闲, 停滞, 卡住, 秒</translation></message>
<message><source>Give up slow connections</source><translation>放弃慢速连接</translation></message>
<message><source>A connection that was slower than this for a minute is opened anew.</source><translation>连续一分钟慢于此速度的连接会重新建立。</translation></message>
<message><source>minimum speed, stalled, timeout</source><translation>最低速度, 停滞, 超时</translation></message>
<message><source>Never</source><translation>从不</translation></message>
<message><source>Tries</source><translation>尝试次数</translation></message>
<message><source>A download fails after so many tries in a row that brought nothing new.</source><translation>连续尝试达到此次数仍无新进展时，任务即告失败。</translation></message>
<message><source>retry, attempts, again, repeat</source><translation>重试, 尝试, 再次, 重复</translation></message>
<message><source>Speed limit</source><translation>限速</translation></message>
<message><source>All downloads together are held to this, so that some of your line stays free.</source><translation>所有任务合计不超过此速度，为其他用途留出带宽。</translation></message>
<message><source>bandwidth, throttle, rate, slow down, maximum</source><translation>带宽, 节流, 速率, 减速, 速度限制, 最大</translation></message>
<message><source>No limit</source><translation>无限制</translation></message>
<message><source>Your queues</source><translation>自定义队列</translation></message>
<message><source>Lines of their own for downloads that belong together. One that is held starts nothing new until you let it go on.</source><translation>为相关任务单独设立的队列。挂起的队列不会启动新任务，直到恢复。</translation></message>
<message><source>line, hold, group, list, pause, schedule, hours, night</source><translation>队列, 挂起, 分组, 列表, 暂停, 计划, 时段, 夜间</translation></message>
<message><source>Where downloads go</source><translation>下载保存到哪里</translation></message>
<message><source>The first rule that holds decides, unless you choose a folder yourself. In folders and names there may be fields in braces, such as {host}, {name}, {category} or {date:%Y-%m}.</source><translation>由第一条匹配的规则决定，除非您自己选择文件夹。文件夹和名称中可以使用花括号字段，例如 {host}、{name}、{category} 或 {date:%Y-%m}。</translation></message>
<message><source>folder, sort, category, template, organise, directory</source><translation>文件夹, 整理, 分类, 类别, 模板, 目录</translation></message>
<message><source>Categories</source><translation>分类</translation></message>
<message><source>What the list sorts files by: their endings, or the type the server tells. Files of a category go to its folder where no rule sends them elsewhere. Removing one changes no file.</source><translation>列表按此归类文件：按扩展名，或按服务器给出的类型。没有规则另行指定时，分类中的文件保存到该分类的文件夹。移除分类不会更改任何文件。</translation></message>
<message><source>type, kind, extension, ending, own, group, icon, folder</source><translation>类型, 种类, 扩展名, 后缀, 自定义, 组, 图标, 文件夹</translation></message>
<message><source>Where Headrace keeps things</source><translation>存储位置</translation></message>
<message><source>All settings</source><translation>所有设置</translation></message>
<message><source>Profile folder</source><translation>配置文件夹</translation></message>
<message><source>Settings and the list of downloads are kept in this folder.</source><translation>设置和下载列表保存在此文件夹中。</translation></message>
<message><source>database, backup, path, configuration</source><translation>数据库, 备份, 路径, 配置</translation></message>
<message><source>Open</source><translation>打开</translation></message>
<message><source>Log file</source><translation>日志文件</translation></message>
<message><source>What the program did is written down here, to look into when something goes wrong.</source><translation>程序的活动记录在此，出问题时可供查看。</translation></message>
<message><source>problem, report, debug, diagnosis</source><translation>问题, 报告, 调试, 诊断</translation></message>
<message><source>All settings are saved as one file, to keep or to take to another computer.</source><translation>将所有设置保存为一个文件，用于备份或转到另一台电脑。</translation></message>
<message><source>backup, save, transfer, JSON</source><translation>备份, 保存, 转移, 迁移, JSON</translation></message>
<message><source>Export…</source><translation>导出…</translation></message>
<message><source>Settings are taken from such a file. You can undo it.</source><translation>从这样的文件读取设置。可以撤销。</translation></message>
<message><source>restore, load, transfer, JSON</source><translation>还原, 恢复, 加载, 转移, 迁移, JSON</translation></message>
<message><source>Import…</source><translation>导入…</translation></message>
<message><source>Reset all settings</source><translation>重置所有设置</translation></message>
<message><source>Every setting goes back to its default. Downloads stay as they are. You can undo it.</source><translation>每项设置都恢复默认值，下载任务不受影响。可以撤销。</translation></message>
<message><source>default, original, begin anew</source><translation>默认, 初始, 恢复, 重新开始</translation></message>
<message><source>Reset all</source><translation>全部重置</translation></message>
<message><source>General</source><translation>常规</translation></message>
<message><source>Downloads</source><translation>下载</translation></message>
<message><source>Connections</source><translation>连接</translation></message>
<message><source>Speed</source><translation>速度</translation></message>
<message><source>Queues</source><translation>队列</translation></message>
<message><source>Rules</source><translation>规则</translation></message>
<message><source>Other programs</source><translation>其他程序</translation></message>
<message><source>Appearance</source><translation>外观</translation></message>
<message><source>Notifications and power</source><translation>通知与电源</translation></message>
<message><source>Advanced</source><translation>高级</translation></message>
<message><source>Show hosts…</source><translation>显示主机…</translation></message>
<message numerus="yes"><source>%Ln rule(s)</source><translation><numerusform>%Ln 条规则</numerusform></translation></message>
<message><source>At these hours</source><translation>在这些时段</translation></message>
<message><source>These are too many different hours. Mark longer ones.</source><translation>不同的时段太多。请标记更长的时段。</translation></message>
<message><source>Way out</source><translation>出口</translation></message>
<message><source>Trust</source><translation>信任</translation></message>
<message><source>Logins</source><translation>登录信息</translation></message>
<message><source>Single servers</source><translation>单个服务器</translation></message>
<message><source>Proxy</source><translation>代理</translation></message>
<message><source>Reach servers</source><translation>连接服务器的方式</translation></message>
<message><source>Proxies speak HTTP, HTTPS, SOCKS4 or SOCKS5; socks5h:// and socks4a:// look names up themselves. A password is never saved with the settings.</source><translation>代理使用 HTTP、HTTPS、SOCKS4 或 SOCKS5；socks5h:// 和 socks4a:// 由代理解析名称。密码绝不会随设置保存。</translation></message>
<message><source>proxy, SOCKS, SOCKS5, tunnel, PAC, company, Tor, VPN, network</source><translation>代理、SOCKS、SOCKS5、隧道、PAC、公司、Tor、VPN、网络</translation></message>
<message><source>Not by the proxy</source><translation>不经过代理</translation></message>
<message><source>Servers that are reached directly: names with all below them, networks such as 10.0.0.0/8, &lt;local&gt; for names without a dot.</source><translation>直接连接的服务器：名称及其所有下级、10.0.0.0/8 之类的网络、&lt;local&gt; 表示不含点的名称。</translation></message>
<message><source>exception, bypass, intranet, local, no proxy</source><translation>例外、绕过、内网、本地、不用代理</translation></message>
<message><source>Hosts</source><translation>主机</translation></message>
<message><source>Connections, speed, pauses, user agent, referrer, headers and proxy of single servers, and what was learnt of them.</source><translation>各个服务器的连接数、速度、间隔、用户代理、来源页、请求头和代理，以及对它们的了解。</translation></message>
<message><source>rule, server, site, domain, user agent, referer, header, limit, polite, retry, memory</source><translation>规则、服务器、网站、域名、用户代理、来源页、请求头、限制、礼貌、重试、记忆</translation></message>
<message><source>Only by this network</source><translation>仅通过此网络</translation></message>
<message><source>An address or an interface of this computer, such as tun0 of a VPN. While it is gone, downloads wait. Names are still looked up as the system does.</source><translation>此计算机的地址或接口，例如 VPN 的 tun0。它不可用时，下载会等待。名称仍按系统方式解析。</translation></message>
<message><source>VPN, bind, interface, network card, adapter, source address, kill switch</source><translation>VPN、绑定、接口、网卡、适配器、源地址、断网保护</translation></message>
<message><source>Any</source><translation>任意</translation></message>
<message><source>Version of IP</source><translation>IP 版本</translation></message>
<message><source>Which addresses of servers are connected to.</source><translation>连接服务器的哪些地址。</translation></message>
<message><source>IPv4, IPv6, address, protocol</source><translation>IPv4、IPv6、地址、协议</translation></message>
<message><source>Both</source><translation>两者</translation></message>
<message><source>IPv4 only</source><translation>仅 IPv4</translation></message>
<message><source>IPv6 only</source><translation>仅 IPv6</translation></message>
<message><source>Further certificates</source><translation>附加证书</translation></message>
<message><source>A PEM file with authorities that secure servers are trusted by, such as your company's.</source><translation>PEM 文件，含有受信任的证书颁发机构，例如公司自己的。</translation></message>
<message><source>TLS, SSL, https, CA, authority, security</source><translation>TLS, SSL, https, CA, 证书颁发机构, 根证书, 安全</translation></message>
<message><source>None besides the system's</source><translation>仅系统自带</translation></message>
<message><source>Oldest version of TLS</source><translation>最旧的 TLS 版本</translation></message>
<message><source>Servers that speak older ones alone are not connected to.</source><translation>不连接只支持更旧版本的服务器。</translation></message>
<message><source>SSL, https, security, encryption, protocol</source><translation>SSL、https、安全、加密、协议</translation></message>
<message><source>TLS 1.2</source><translation>TLS 1.2</translation></message>
<message><source>TLS 1.3</source><translation>TLS 1.3</translation></message>
<message><source>Trusted in spite of faults</source><translation>虽有缺陷仍受信任</translation></message>
<message><source>Written as example.org=SHA-256 of its certificate, or sftp://example.org=SHA256:… of its host key; what you trust in a download's dialog is here, too. Delete an entry to trust it no more.</source><translation>写成 example.org=证书的 SHA-256，或 sftp://example.org=主机密钥的 SHA256:…；您在下载对话框中信任的也在这里。删除条目即不再信任。</translation></message>
<message><source>exception, self-signed, fingerprint, pin, certificate, security</source><translation>例外、自签名、指纹、证书、安全</translation></message>
<message><source>Your own certificates</source><translation>您自己的证书</translation></message>
<message><source>Shown to one server each: example.org=/whole/path.pem, a file with certificate and key.</source><translation>每个只出示给一个服务器：example.org=/完整/路径.pem，含证书和密钥的文件。</translation></message>
<message><source>client certificate, key, PEM, mutual TLS, authentication</source><translation>客户端证书、密钥、PEM、双向 TLS、身份验证</translation></message>
<message><source>Cookies</source><translation>Cookie</translation></message>
<message><source>A cookies.txt, as browsers' add-ons export it; each cookie goes to the site it belongs to.</source><translation>浏览器附加组件导出的 cookies.txt；每个 Cookie 只发给其所属站点。</translation></message>
<message><source>cookies.txt, Netscape, session, members, sign in</source><translation>cookies.txt、Netscape、会话、会员、登录</translation></message>
<message><source>Read logins from .netrc</source><translation>从 .netrc 读取登录信息</translation></message>
<message><source>Servers that ask for a login get the one that the file has for them.</source><translation>要求登录的服务器会得到该文件中对应的登录信息。</translation></message>
<message><source>password, user, curl, authentication</source><translation>密码、用户、curl、身份验证</translation></message>
<message><source>Forget logins</source><translation>忘记登录信息</translation></message>
<message><source>Those you gave, and those the system's keyring keeps for Headrace.</source><translation>您提供的，以及系统密钥环为 Headrace 保存的。</translation></message>
<message><source>password, keyring, delete, sign out</source><translation>密码、密钥环、删除、注销</translation></message>
<message><source>Forget all</source><translation>全部忘记</translation></message>
<message><source>Undo</source><translation>撤销</translation></message>
<message><source>Less: {setting}</source><translation>减少：{setting}</translation></message>
<message><source>More: {setting}</source><translation>增加：{setting}</translation></message>
<message><source>s</source><comment>seconds, behind a number</comment><translation>秒</translation></message>
<message><source>MB/s</source><translation>MB/s</translation></message>
<message><source>kB/s</source><translation>kB/s</translation></message>
<message><source>Pages of settings</source><translation>设置页面</translation></message>
<message><source>Reset this page</source><translation>重置此页</translation></message>
<message><source>This page is back to its defaults.</source><translation>此页已恢复默认值。</translation></message>
<message><source>All of this page had its default already.</source><translation>此页原本就是默认值。</translation></message>
<message><source>No setting is about “{words}”.</source><translation>没有与“{words}”相关的设置。</translation></message>
<message><source>Write the whole path, from the root of the disk on.</source><translation>请输入从磁盘根目录开始的完整路径。</translation></message>
<message><source>Browse…</source><translation>浏览…</translation></message>
<message><source>Browse: {setting}</source><translation>浏览：{setting}</translation></message>
<message><source>Choose a certificate file</source><translation>选择证书文件</translation></message>
<message><source>Certificates</source><translation>证书</translation></message>
<message><source>There is no such file.</source><translation>没有此文件。</translation></message>
<message><source>There are no certificates in this file that can be used.</source><translation>此文件中没有可用的证书。</translation></message>
<message><source>This file cannot be read.</source><translation>无法读取此文件。</translation></message>
<message><source>As the system does</source><translation>与系统相同</translation></message>
<message><source>Directly</source><translation>直接</translation></message>
<message><source>As the environment says</source><translation>按环境变量</translation></message>
<message><source>By this proxy:</source><translation>通过此代理：</translation></message>
<message><source>Address of the proxy</source><translation>代理的地址</translation></message>
<message><source>Write it as http://proxy.example:3128 or socks5h://name:password@127.0.0.1:1080.</source><translation>请写成 http://proxy.example:3128 或 socks5h://name:password@127.0.0.1:1080。</translation></message>
<message><source>Write a name for the queue.</source><translation>请输入队列名称。</translation></message>
<message><source>There is a queue of this name already.</source><translation>已有同名队列。</translation></message>
<message><source>A name has at most {count} characters, all of them visible.</source><translation>名称最多 {count} 个字符，且须全部可见。</translation></message>
<message><source>Starts downloads</source><translation>运行中</translation></message>
<message><source>Held</source><translation>已挂起</translation></message>
<message><source>Name of the queue {name}</source><translation>队列 {name} 的名称</translation></message>
<message><source>{name}: starts downloads</source><translation>{name}：启动任务</translation></message>
<message><source>Options of the queue {name}</source><translation>队列 {name} 的选项</translation></message>
<message><source>Remove the queue {name}</source><translation>移除队列 {name}</translation></message>
<message><source>Name of a new queue</source><translation>新队列的名称</translation></message>
<message><source>Add queue</source><translation>添加队列</translation></message>
<message><source>The queue {name} is removed. Its downloads are in the main queue now.</source><translation>队列 {name} 已移除，其中的任务现位于主队列。</translation></message>
<message><source>Only while “{setting}” is on.</source><translation>仅在“{setting}”开启时有效。</translation></message>
<message><source>Back to the default</source><translation>恢复默认值</translation></message>
<message><source>{setting}: back to the default</source><translation>{setting}：恢复默认值</translation></message>
<message><source>Light</source><translation>浅色</translation></message>
<message><source>Dark</source><translation>深色</translation></message>
<message><source>There is none yet</source><translation>还没有令牌</translation></message>
<message><source>New token</source><translation>新令牌</translation></message>
<message><source>Copy</source><translation>复制</translation></message>
<message><source>Other…</source><translation>其他…</translation></message>
<message><source>The desktop did not allow it.</source><translation>桌面环境不允许此操作。</translation></message>
<message><source>Starting and closing</source><translation>启动与关闭</translation></message>
<message><source>Colours</source><translation>颜色</translation></message>
<message><source>List and figures</source><translation>列表与数字</translation></message>
<message><source>Motion</source><translation>动画</translation></message>
<message><source>Tray</source><translation>托盘</translation></message>
<message><source>Notifications</source><translation>通知</translation></message>
<message><source>Power</source><translation>电源</translation></message>
<message><source>Language</source><translation>语言</translation></message>
<message><source>All texts change at once, and numbers and dates are written in its manner.</source><translation>所有文字立即切换，数字和日期也采用该语言的格式。</translation></message>
<message><source>translation, locale, English</source><translation>翻译, 区域, 地区, 中文, 英语, English, language</translation></message>
<message><source>Start with the computer</source><translation>开机启动</translation></message>
<message><source>Headrace starts by itself when you log in.</source><translation>登录时 Headrace 自动启动。</translation></message>
<message><source>autostart, session, login, boot, launch</source><translation>自启动, 自动启动, 会话, 登录, 开机</translation></message>
<message><source>Start hidden</source><translation>启动后隐藏</translation></message>
<message><source>Only the tray icon is there after a start; click it to see the window.</source><translation>启动后只显示托盘图标，点击它即可打开窗口。</translation></message>
<message><source>minimised, background, tray</source><translation>最小化, 后台, 托盘</translation></message>
<message><source>Continue where you left off</source><translation>继续上次的下载</translation></message>
<message><source>Downloads that ran when you quit run again at the next start. Else they wait paused.</source><translation>退出时正在下载的任务会在下次启动时继续，否则保持暂停。</translation></message>
<message><source>resume at start, restart</source><translation>启动时继续, 重新启动, 恢复</translation></message>
<message><source>Closing the window</source><translation>关闭窗口时</translation></message>
<message><source>In the tray, downloads go on without a window.</source><translation>留在托盘时，没有窗口也会继续下载。</translation></message>
<message><source>exit, minimise, background</source><translation>退出, 最小化, 后台</translation></message>
<message><source>Quits Headrace</source><translation>退出 Headrace</translation></message>
<message><source>Keeps it in the tray</source><translation>留在托盘</translation></message>
<message><source>Light or dark</source><translation>浅色或深色</translation></message>
<message><source>The window can follow the system, or be always the same.</source><translation>窗口可以跟随系统，也可以固定为一种。</translation></message>
<message><source>theme, night mode, dark mode, colour scheme</source><translation>主题, 夜间模式, 深色模式, 暗色模式, 配色方案</translation></message>
<message><source>Buttons, progress and what is chosen have this colour.</source><translation>按钮、进度和所选内容都用此颜色。</translation></message>
<message><source>theme, highlight, tint</source><translation>主题, 高亮, 主题色, 色调</translation></message>
<message><source>One-line rows</source><translation>单行显示</translation></message>
<message><source>More downloads fit into the window; what each is doing is told in fewer words.</source><translation>窗口中能容纳更多任务，每个任务的状态说明更简短。</translation></message>
<message><source>compact, dense, row height</source><translation>紧凑, 密集, 行高</translation></message>
<message><source>Binary units</source><translation>二进制单位</translation></message>
<message><source>Sizes are written in KiB, MiB and GiB (1,024 at a time) instead of kB, MB and GB.</source><translation>大小以 KiB、MiB、GiB（按 1,024 进位）表示，而不是 kB、MB、GB。</translation></message>
<message><source>megabyte, mebibyte, 1000, 1024</source><translation>兆字节, 单位, 进制, 1000, 1024</translation></message>
<message><source>Things slide and fade for a moment. Reduced, they change at once.</source><translation>切换时有短暂的滑动和淡入淡出。选择“减弱”则立即切换。</translation></message>
<message><source>animation, effects, accessibility</source><translation>动画, 动效, 特效, 无障碍</translation></message>
<message><source>Full</source><translation>完整</translation></message>
<message><source>Reduced</source><translation>减弱</translation></message>
<message><source>Tray icon</source><translation>托盘图标</translation></message>
<message><source>An icon in the system tray shows progress and offers what you need most.</source><translation>系统托盘中的图标会显示进度，并提供最常用的操作。</translation></message>
<message><source>system tray, status icon, background</source><translation>系统托盘, 状态图标, 通知区域, 后台</translation></message>
<message><source>When a download has finished</source><translation>下载完成时</translation></message>
<message><source>A notification offers to open the file or its folder.</source><translation>发出通知，可打开文件或其所在文件夹。</translation></message>
<message><source>message, alert, bubble, done</source><translation>消息, 提醒, 气泡, 完成</translation></message>
<message><source>When a download has failed</source><translation>下载失败时</translation></message>
<message><source>A notification says why, and offers to try again.</source><translation>发出通知说明原因，并可重试。</translation></message>
<message><source>message, alert, bubble, error</source><translation>消息, 提醒, 气泡, 错误</translation></message>
<message><source>Keep the computer awake</source><translation>保持电脑唤醒</translation></message>
<message><source>The computer does not go to sleep by itself while something is downloading.</source><translation>下载期间，电脑不会自动睡眠。</translation></message>
<message><source>sleep, suspend, standby, energy, battery</source><translation>睡眠, 休眠, 挂起, 待机, 节能, 电池</translation></message>
<message><source>“{part}” is no origin. Write it as https://example.org, without a path.</source><translation>“{part}”不是来源。请写成 https://example.org，不带路径。</translation></message>
<message><source>“{part}” is no name of a computer. Write it without http:// and port.</source><translation>“{part}”不是计算机名称。请不要写 http:// 和端口。</translation></message>
<message><source>“{part}” is no name of a server and no network such as 10.0.0.0/8.</source><translation>“{part}”既不是服务器名称，也不是 10.0.0.0/8 之类的网络。</translation></message>
<message><source>Write an address of this computer, or an interface such as tun0.</source><translation>请写此计算机的地址，或 tun0 之类的接口。</translation></message>
<message><source>“{part}” is not written as example.org=64 digits from 0 to f.</source><translation>“{part}”未写成 example.org=64 位 0 到 f 的数字。</translation></message>
<message><source>“{part}” is not written as example.org=/whole/path.pem.</source><translation>“{part}”未写成 example.org=/完整/路径.pem。</translation></message>
<message><source>A quotation mark is open.</source><translation>引号未闭合。</translation></message>
<message><source>Begin with a program.</source><translation>请以程序开头。</translation></message>
<message><source>In braces there may only be {facts}.</source><translation>花括号内只能是 {facts}。</translation></message>
<message><source>Write an address that begins with https:// or http://.</source><translation>请写以 https:// 或 http:// 开头的地址。</translation></message>
</context>
<context>
<name>Shortcuts</name>
<message><source>Go to the next part of the window</source><translation>转到窗口的下一部分</translation></message>
<message><source>Show the menu bar</source><translation>显示菜单栏</translation></message>
<message><source>Leave the search, or close a dialog</source><translation>离开搜索，或关闭对话框</translation></message>
<message><source>Show what can be done with the chosen rows</source><translation>显示所选行的可用操作</translation></message>
<message><source>Keyboard shortcuts</source><translation>键盘快捷键</translation></message>
<message><source>Everywhere</source><translation>通用</translation></message>
</context>
<context>
<name>Sort</name>
<message><source>Sort by the rules</source><translation>按规则整理</translation></message>
<message><source>Files move to where the rules want them. Their names stay.</source><translation>文件会移动到规则指定的位置，名称不变。</translation></message>
<message><source>What moves</source><translation>将移动的内容</translation></message>
<message><source>{name} → {folder}</source><translation>{name} → {folder}</translation></message>
<message><source>and {count} more</source><translation>还有 {count} 个</translation></message>
<message><source>There are no rules yet. Make some in the settings.</source><translation>还没有规则。请在设置中创建。</translation></message>
<message><source>All of it is where the rules want it.</source><translation>全部已在规则指定的位置。</translation></message>
<message><source>Moving {what}</source><translation>正在移动 {what}</translation></message>
</context>
<context>
<name>Status</name>
<message><source>{used} of {budget} used</source><translation>已用 {used}，共 {budget}</translation></message>
<message><source>At this rate, {size} will have come by then.</source><translation>按此速度，届时将达到 {size}。</translation></message>
<message><source>When done: {deed}</source><translation>完成后：{deed}</translation></message>
<message numerus="yes"><source>%Ln active</source><translation><numerusform>%Ln 个进行中</numerusform></translation></message>
<message numerus="yes"><source>%Ln waiting</source><translation><numerusform>%Ln 个等待中</numerusform></translation></message>
<message><source>Limited to {speed}</source><translation>限速 {speed}</translation></message>
<message><source>Nothing to do</source><translation>没有进行中的任务</translation></message>
<message><source>Leaving room: {speed}</source><translation>让出带宽：{speed}</translation></message>
<message><source>{size} free in {folder}</source><translation>{folder} 可用空间 {size}</translation></message>
<message><source>Online</source><translation>在线</translation></message>
<message><source>Offline</source><translation>离线</translation></message>
<message><source>The line is busy: answers took {slow} ms, and {usual} ms when it was free. Downloads step back to {speed} at most until they are quick again.</source><translation>线路繁忙：响应用了 {slow} 毫秒，空闲时为 {usual} 毫秒。在响应恢复之前，下载速度最多为 {speed}。</translation></message>
</context>
<context>
<name>Story</name>
<message><source>Stopped, its queue is held</source><translation>已停止，队列已挂起</translation></message>
<message><source>Stopped, the hours of its queue are over</source><translation>已停止，队列的时段已结束</translation></message>
<message><source>Stopped, the network wants a login in a browser first</source><translation>已停止，此网络要求先在浏览器中登录</translation></message>
<message><source>Stopped, the network is metered</source><translation>已停止，此网络按流量计费</translation></message>
<message><source>Stopped, the data budget is used up</source><translation>已停止，数据流量已用完</translation></message>
<message><source>Information</source><translation>信息</translation></message>
<message><source>Success</source><translation>成功</translation></message>
<message><source>Warning</source><translation>警告</translation></message>
<message><source>Error</source><translation>错误</translation></message>
<message><source>Begun anew: the file on the server has changed</source><translation>从头下载：服务器上的文件有变化</translation></message>
<message><source>Begun anew: the server cannot resume safely</source><translation>从头下载：服务器无法安全续传</translation></message>
<message><source>Begun anew: the unfinished file was missing or had been changed</source><translation>从头下载：未完成的文件缺失或被改动</translation></message>
<message><source>The server does not say how long the file is, so a cut would look like its end</source><translation>服务器未说明文件长度，若中途截断，看起来会像正常结束</translation></message>
<message><source>A file of that name was there already, so nothing was fetched</source><translation>已有同名文件，因此未下载</translation></message>
<message><source>The server names no version, so the bytes around each join were compared</source><translation>服务器未标明版本，因此已比较各衔接处前后的字节</translation></message>
<message><source>Blocks on disk had been changed and were fetched again</source><translation>磁盘上的区块被改动，已重新下载</translation></message>
<message><source>The server called it compressed and it was not; it was saved as it came</source><translation>服务器称其已压缩，实际并非如此，已按原样保存</translation></message>
<message><source>The server says it is another kind of file than its name promises</source><translation>服务器所述的文件类型与名称不符</translation></message>
<message><source>Characters that would hide the name's true ending were removed</source><translation>已去除会掩盖真实扩展名的字符</translation></message>
<message><source>The only checksum known shows accidents, not forgeries</source><translation>唯一已知的校验和只能发现意外损坏，不能发现伪造</translation></message>
<message><source>One of its addresses failed or had another file</source><translation>其中一个地址失败，或提供了不同的文件</translation></message>
<message><source>The disk cannot set room aside, so it may run full on the way</source><translation>磁盘无法预留空间，中途可能写满</translation></message>
<message><source>The feed was interrupted; the gaps are listed beside the file</source><translation>数据流曾中断，缺失部分列在文件旁边</translation></message>
<message><source>Ended on request; the file holds what had come</source><translation>已按要求结束，文件含有此前收到的内容</translation></message>
<message><source>The file could not be marked with where it came from</source><translation>无法为文件标记来源</translation></message>
<message><source>Begun anew: what another program had left was not right</source><translation>重新开始：其他程序留下的内容不正确</translation></message>
<message><source>No checksum is known: of what another program had left only samples were compared</source><translation>没有已知的校验和：对其他程序留下的内容仅比较了样本</translation></message>
<message><source>Added, from {host}</source><translation>已添加，来自 {host}</translation></message>
<message numerus="yes"><source>%Ln more address(es)</source><translation><numerusform>另有 %Ln 个地址</numerusform></translation></message>
<message><source>Attempt {number} begins</source><translation>第 {number} 次尝试开始</translation></message>
<message><source>length unknown</source><translation>长度未知</translation></message>
<message><source>can be resumed</source><translation>可续传</translation></message>
<message><source>cannot be resumed</source><translation>不可续传</translation></message>
<message><source>{host} answers</source><translation>{host} 已响应</translation></message>
<message numerus="yes"><source>%Ln connection(s) at work</source><translation><numerusform>%Ln 个连接工作中</numerusform></translation></message>
<message><source>Trying again in {time}</source><translation>{time}后重试</translation></message>
<message><source>Trying again at once</source><translation>立即重试</translation></message>
<message><source>Failed</source><translation>失败</translation></message>
<message><source>Begun anew, as asked for</source><translation>按要求从头下载</translation></message>
<message><source>Notice {number}</source><translation>提示 {number}</translation></message>
<message><source>{host} is asked no more</source><translation>不再向 {host} 请求</translation></message>
<message><source>The {algorithm} checksum you gave is right</source><translation>用户提供的 {algorithm} 校验和正确</translation></message>
<message><source>The {algorithm} checksum of every piece is right</source><translation>每个分片的 {algorithm} 校验和正确</translation></message>
<message><source>The {algorithm} checksum is right</source><translation>{algorithm} 校验和正确</translation></message>
<message><source>The {algorithm} checksum from {source} is right</source><translation>来自 {source} 的 {algorithm} 校验和正确</translation></message>
<message><source>{time} after it was added</source><translation>添加后 {time}</translation></message>
<message><source>Finished</source><translation>已完成</translation></message>
<message><source>A connection to {host} ended early</source><translation>到 {host} 的一个连接提前结束</translation></message>
<message><source>the server sent no more</source><translation>服务器不再发送</translation></message>
<message><source>{size} on disk had been changed and are fetched again</source><translation>磁盘上有 {size} 被改动，正在重新下载</translation></message>
<message><source>Goes on from another address, at {host}</source><translation>改从 {host} 的另一地址继续</translation></message>
<message><source>Renamed to {name}</source><translation>已重命名为 {name}</translation></message>
<message><source>Moved to {folder}</source><translation>已移动到 {folder}</translation></message>
<message><source>Checked again: every byte is right</source><translation>重新校验：每个字节都正确</translation></message>
<message><source>Checked again: the size is right, and nothing more is known</source><translation>重新校验：大小正确，此外无从校验</translation></message>
<message><source>Checked again: it is not the file any more that was downloaded</source><translation>重新校验：已不是当初下载的文件</translation></message>
<message><source>Checked again: the file is no longer there</source><translation>重新校验：文件已不存在</translation></message>
<message><source>Checked again: the file cannot be read</source><translation>重新校验：无法读取文件</translation></message>
<message><source>Checked again: the file is there, and nothing more is known</source><translation>重新校验：文件存在，此外无从校验</translation></message>
<message><source>The check was stopped</source><translation>校验已停止</translation></message>
<message><source>Checked again</source><translation>重新校验</translation></message>
<message><source>by the digests Headrace kept of it</source><translation>依据 Headrace 保存的摘要</translation></message>
<message><source>{size} of another program's file taken over</source><translation>已接管其他程序文件中的 {size}</translation></message>
<message numerus="yes"><source>%Ln sample(s) compared with the server's</source><translation><numerusform>已与服务器比较 %Ln 个样本</numerusform></translation></message>
<message><source>A new version of a watched file, now called {name}</source><translation>受监视文件的新版本，现名为 {name}</translation></message>
<message><source>A newer version has the name {name} now</source><translation>名称 {name} 现在属于更新的版本</translation></message>
<message><source>Paused</source><translation>已暂停</translation></message>
<message><source>Resumed</source><translation>已继续</translation></message>
<message><source>Taken off the list</source><translation>已从列表移除</translation></message>
<message><source>Put back on the list</source><translation>已放回列表</translation></message>
<message><source>Headrace was closed</source><translation>Headrace 已关闭</translation></message>
<message><source>Headrace started and found it under way</source><translation>Headrace 启动，任务尚在进行</translation></message>
<message><source>Stopped</source><translation>已停止</translation></message>
<message><source>Asked for anew, from the first byte</source><translation>重新请求，从第一个字节开始</translation></message>
<message><source>{size} here</source><translation>已有 {size}</translation></message>
<message><source>HTTP status {status}</source><translation>HTTP 状态 {status}</translation></message>
<message><source>Reason {number}</source><translation>原因 {number}</translation></message>
</context>
<context>
<name>TakeOver</name>
<message><source>Take over an unfinished file</source><translation>接管未完成的文件</translation></message>
<message><source>Take over</source><translation>接管</translation></message>
<message><source>Address it came from</source><translation>来源地址</translation></message>
<message><source>This is not an address. It begins with https:// or http://.</source><translation>这不是地址。地址以 https:// 或 http:// 开头。</translation></message>
<message><source>{size} of {total}</source><translation>{size}，共 {total}</translation></message>
<message><source>{name}: {there}, left by {program}.</source><translation>{name}：{there}，由 {program} 留下。</translation></message>
<message><source>{name}: {there}.</source><translation>{name}：{there}。</translation></message>
<message><source>Samples are compared with the server's file first; the download then goes on in the same folder. End it in the other program before.</source><translation>首先将样本与服务器的文件比较，然后下载在同一文件夹中继续。请先在其他程序中结束它。</translation></message>
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
<message><source>No limit</source><translation>无限制</translation></message>
<message><source>{size}/s</source><translation>{size}/s</translation></message>
<message><source>{number} %</source><translation>{number}%</translation></message>
<message><source>a moment</source><translation>不到 1 秒</translation></message>
<message><source>{seconds} s</source><translation>{seconds} 秒</translation></message>
<message><source>about {time}</source><translation>约 {time}</translation></message>
<message numerus="yes"><source>about %Ln day(s)</source><translation><numerusform>约 %Ln 天</numerusform></translation></message>
<message><source>over a month</source><translation>超过一个月</translation></message>
<message><source>{minutes} min</source><translation>{minutes} 分钟</translation></message>
<message><source>{hours} h</source><translation>{hours} 小时</translation></message>
<message><source>yesterday</source><translation>昨天</translation></message>
<message><source>d MMM</source><extracomment>A date of this year in Qt's format: d is the day, MMM the month's short name. "MMM d", "M月d日"</extracomment><translation>M月d日</translation></message>
<message><source>d MMM yyyy</source><extracomment>A date in Qt's format: d is the day, MMM the month's short name, yyyy the year</extracomment><translation>yyyy年M月d日</translation></message>
</context>
<context>
<name>Unpacking</name>
<message><source>There is no program here that plays sounds</source><translation>这里没有可播放声音的程序</translation></message>
<message><source>Stop</source><translation>停止</translation></message>
<message><source>Open</source><translation>打开</translation></message>
<message><source>It is no zip, tar or 7z archive.</source><translation>它不是 zip、tar 或 7z 压缩包。</translation></message>
<message><source>RAR archives are not extracted.</source><translation>不支持解压 RAR 压缩包。</translation></message>
<message><source>It is one part of several, which are not put together.</source><translation>它是分卷之一，不支持合并分卷。</translation></message>
<message><source>The file is not there any more.</source><translation>文件已不存在。</translation></message>
<message><source>The library {detail} is not installed.</source><translation>未安装库 {detail}。</translation></message>
<message><source>It is packed in a way that is not known here.</source><translation>它使用了此处不认识的压缩方法。</translation></message>
<message><source>It wants a password.</source><translation>它需要密码。</translation></message>
<message><source>It is damaged.</source><translation>它已损坏。</translation></message>
<message><source>A name in it leads out of its folder: {detail}</source><translation>其中有名称指向文件夹之外：{detail}</translation></message>
<message><source>It was made to do harm: several files in it are the same bytes.</source><translation>它是为搞破坏而制作的：其中多个文件共用相同的字节。</translation></message>
<message><source>It unpacks to far more than it is.</source><translation>解压后的大小远远超过它本身。</translation></message>
<message><source>It holds too many files.</source><translation>其中的文件过多。</translation></message>
<message><source>There is too little room on the disk.</source><translation>磁盘空间不足。</translation></message>
<message><source>The disk refuses: {detail}</source><translation>磁盘拒绝：{detail}</translation></message>
<message><source>It was stopped.</source><translation>已停止。</translation></message>
<message><source>“{name}” was not extracted. {why}</source><translation>未解压“{name}”。{why}</translation></message>
<message><source>“{name}” extracted</source><translation>已解压“{name}”</translation></message>
<message numerus="yes"><source>%Ln file(s)</source><translation><numerusform>%Ln 个文件</numerusform></translation></message>
<message numerus="yes"><source>%Ln link(s) left out</source><translation><numerusform>略过 %Ln 个链接</numerusform></translation></message>
<message><source>Extracting “{name}”…</source><translation>正在解压“{name}”…</translation></message>
</context>
<context>
<name>Watch</name>
<message><source>A new version has arrived</source><translation>新版本已到达</translation></message>
<message><source>minutes</source><translation>分钟</translation></message>
<message><source>hours</source><translation>小时</translation></message>
<message><source>days</source><translation>天</translation></message>
<message><source>Watch for changes</source><translation>监视更改</translation></message>
<message><source>Watch</source><translation>监视</translation></message>
<message><source>Look &amp;every</source><translation>检查间隔(&amp;E)</translation></message>
<message><source>Versions to &amp;keep, the newest among them</source><translation>保留的版本数，含最新版(&amp;K)</translation></message>
<message><source>Time between two looks</source><translation>两次检查之间的时间</translation></message>
<message><source>Unit of the time between two looks</source><translation>两次检查之间时间的单位</translation></message>
<message><source>All</source><translation>全部</translation></message>
<message><source>&amp;Look now</source><translation>立即检查(&amp;L)</translation></message>
<message><source>&amp;Stop watching</source><translation>停止监视(&amp;S)</translation></message>
<message><source>A recording cannot be watched.</source><translation>录制任务无法监视。</translation></message>
<message><source>While Headrace runs, the server is asked whether the file has changed. A new version is downloaded and takes the file's name; the one before it is kept under a name with its date.</source><translation>Headrace 运行期间会询问服务器文件是否已更改。新版本会被下载并使用该文件的名称；之前的版本以带日期的名称保留。</translation></message>
<message><source>Show in folder</source><translation>在文件夹中显示</translation></message>
<message><source>changed version of a watched file</source><translation>受监视文件的更改版本</translation></message>
<message><source>watched: a change, being fetched</source><translation>监视中：已更改，正在获取</translation></message>
<message><source>watched: {reason}</source><translation>监视中：{reason}</translation></message>
<message><source>watched</source><translation>监视中</translation></message>
<message><source>watched: new version, {time}</source><translation>监视中：新版本，{time}</translation></message>
<message><source>watched: no change, {time}</source><translation>监视中：无更改，{time}</translation></message>
<message><source>Last look: {time}, {outcome}.</source><translation>上次检查：{time}，{outcome}。</translation></message>
<message><source>Next look: {time}.</source><translation>下次检查：{time}。</translation></message>
<message numerus="yes"><source>%Ln earlier version(s) kept.</source><translation><numerusform>已保留 %Ln 个较早的版本。</numerusform></translation></message>
<message><source>something has changed</source><translation>有更改</translation></message>
<message><source>a new version</source><translation>新版本</translation></message>
<message><source>no change</source><translation>无更改</translation></message>
<message><source>A new version of {name} has arrived</source><translation>{name} 的新版本已到达</translation></message>
</context>
<context>
<name>Window</name>
<message><source>The command {what} could not be run: {why}.</source><translation>无法运行命令 {what}：{why}。</translation></message>
<message><source>{what} could not be told what happens: {why}.</source><translation>无法将发生的事件告知 {what}：{why}。</translation></message>
<message><source>The list {what} could not be added: {why}.</source><translation>无法添加列表 {what}：{why}。</translation></message>
<message><source>More</source><translation>更多</translation></message>
<message><source>Add</source><translation>添加</translation></message>
<message numerus="yes"><source>%Ln link(s) to files on the clipboard</source><translation><numerusform>剪贴板中有 %Ln 个文件链接</numerusform></translation></message>
<message><source>This network wants a login first: open any page in your browser.</source><translation>此网络要求先登录：请在浏览器中打开任意网页。</translation></message>
<message><source>Nothing matches “{text}”</source><translation>没有与“{text}”匹配的任务</translation></message>
<message><source>Clear the search</source><translation>清除搜索</translation></message>
<message><source>Nothing here at the moment</source><translation>目前没有任务</translation></message>
<message><source>Choose All to see everything</source><translation>选择“全部”以查看所有任务</translation></message>
<message><source>Drop links here</source><translation>将链接拖到这里</translation></message>
<message><source>or press Ctrl+N to add some, Ctrl+V to paste what you copied</source><translation>或按 Ctrl+N 添加，按 Ctrl+V 粘贴已复制的内容</translation></message>
<message><source>There is no address in it</source><translation>其中没有地址</translation></message>
<message numerus="yes"><source>Added %Ln download(s)</source><translation><numerusform>已添加 %Ln 个任务</numerusform></translation></message>
<message><source>There is no address on the clipboard</source><translation>剪贴板中没有地址</translation></message>
<message><source>Close this message</source><translation>关闭此消息</translation></message>
<message><source>Search name, address or host</source><translation>搜索名称、地址或主机</translation></message>
<message><source>Other programs cannot be served at port {port}: {why}. Choose another port.</source><translation>无法在端口 {port} 为其他程序提供服务：{why}。请选择其他端口。</translation></message>
<message><source>Speed limit over all downloads</source><translation>所有任务的限速</translation></message>
<message><source>Quiet, speed limit: {limit}</source><translation>静默，限速：{limit}</translation></message>
<message><source>Speed limit: {limit}</source><translation>限速：{limit}</translation></message>
<message><source>Other limit…</source><translation>其他限速…</translation></message>
<message><source>Headrace cannot save to its profile folder. {reason}</source><translation>Headrace 无法保存到配置文件夹。{reason}</translation></message>
</context>
<context>
<name>Words</name>
<message><source>Waiting, the queue is held</source><translation>等待中，队列已挂起</translation></message>
<message><source>Waiting for the hours of its queue</source><translation>等待队列的时段</translation></message>
<message><source>Waiting, this network wants a login in a browser</source><translation>等待中，此网络要求在浏览器中登录</translation></message>
<message><source>Waiting for a network that is not metered</source><translation>等待不按流量计费的网络</translation></message>
<message><source>Waiting, the data budget is used up</source><translation>等待中，数据流量已用完</translation></message>
<message><source>Waiting for the hours of its queue, from {time}</source><translation>等待队列的时段，自 {time} 起</translation></message>
<message><source>Waiting, the data budget is used up until {time}</source><translation>等待中，数据流量已用完，直到 {time}</translation></message>
<message><source>Waiting, the data budget of {budget} is used up until {time}</source><translation>等待中，{budget} 的数据流量已用完，直到 {time}</translation></message>
<message><source>All</source><translation>全部</translation></message>
<message><source>Active</source><translation>进行中</translation></message>
<message><source>Waiting</source><translation>等待中</translation></message>
<message><source>Paused</source><translation>已暂停</translation></message>
<message><source>Finished</source><translation>已完成</translation></message>
<message><source>Failed</source><translation>失败</translation></message>
<message><source>Video</source><translation>视频</translation></message>
<message><source>Music</source><translation>音乐</translation></message>
<message><source>Pictures</source><translation>图片</translation></message>
<message><source>Documents</source><translation>文档</translation></message>
<message><source>Archives</source><translation>压缩包</translation></message>
<message><source>Programs</source><translation>程序</translation></message>
<message><source>Other</source><translation>其他</translation></message>
<message><source>Connecting</source><translation>正在连接</translation></message>
<message><source>Downloading</source><translation>正在下载</translation></message>
<message><source>Trying again soon</source><translation>即将重试</translation></message>
<message><source>Finishing</source><translation>正在收尾</translation></message>
<message><source>Done</source><translation>已完成</translation></message>
<message numerus="yes"><source>%Ln connection(s)</source><translation><numerusform>%Ln 个连接</numerusform></translation></message>
<message numerus="yes"><source>%Ln download(s)</source><translation><numerusform>%Ln 个任务</numerusform></translation></message>
<message><source>Missing</source><comment>a file that is gone</comment><translation>文件丢失</translation></message>
<message><source>{size} so far</source><translation>已有 {size}</translation></message>
<message><source>Private</source><translation>私密</translation></message>
<message><source>Waiting for a free place</source><translation>等待空位</translation></message>
<message><source>Waiting in {queue}, number {place} in line</source><translation>在 {queue} 中等待，排在第 {place} 位</translation></message>
<message><source>Waiting for a free place, next in line</source><translation>等待空位，下一个开始</translation></message>
<message><source>Waiting for a free place, number {place} in line</source><translation>等待空位，排在第 {place} 位</translation></message>
<message><source>Connecting to {host}</source><translation>正在连接 {host}</translation></message>
<message><source>from {host}</source><translation>来自 {host}</translation></message>
<message><source>nothing is arriving at the moment</source><translation>目前没有收到数据</translation></message>
<message><source>limited to {speed}</source><translation>限速 {speed}</translation></message>
<message><source>cannot be resumed</source><translation>不可续传</translation></message>
<message><source>Interrupted</source><translation>已中断</translation></message>
<message><source>{reason}, trying again soon</source><translation>{reason}，即将重试</translation></message>
<message><source>{reason}, trying again now</source><translation>{reason}，正在重试</translation></message>
<message><source>{reason}, trying again in {time}</source><translation>{reason}，{time}后重试</translation></message>
<message><source>Checking the file and saving it for good</source><translation>正在校验并保存文件</translation></message>
<message><source>Paused · will begin again, the server cannot resume</source><translation>已暂停 · 将从头下载，服务器不支持续传</translation></message>
<message><source>Paused · resumes from {size}</source><translation>已暂停 · 从 {size} 处继续</translation></message>
<message><source>{size} kept</source><translation>已保留 {size}</translation></message>
<message><source>File is no longer there</source><translation>文件已不存在</translation></message>
<message><source>Skipped, a file of that name was there already</source><translation>已跳过，已有同名文件</translation></message>
<message><source>Finished, length checked</source><translation>已完成，长度正确</translation></message>
<message><source>Finished</source><comment>a download's state</comment><translation>已完成</translation></message>
<message><source>Finished, verified by {proof}</source><translation>已完成，通过 {proof} 校验</translation></message>
<message><source>{what} (needs {size} more)</source><translation>{what}（还需 {size}）</translation></message>
<message><source>To log in: {command}</source><translation>登录需要：{command}</translation></message>
<message><source>{what}. {advice}.</source><translation>{what}。{advice}。</translation></message>
<message><source>The server's status was {status}.</source><translation>服务器状态为 {status}。</translation></message>
<message><source>{time} left</source><translation>剩余 {time}</translation></message>
</context>
</TS>
