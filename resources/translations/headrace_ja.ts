<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ja" sourcelanguage="en">
<context>
<name>Actions</name>
<message><source>&amp;Add downloads…</source><translation>ダウンロードを追加(&amp;A)…</translation></message>
<message><source>Add</source><translation>追加</translation></message>
<message><source>Add from the c&amp;lipboard</source><translation>クリップボードから追加(&amp;L)</translation></message>
<message><source>&amp;Open lists…</source><translation>リストを開く(&amp;O)…</translation></message>
<message><source>&amp;Export the list…</source><translation>リストを書き出す(&amp;E)…</translation></message>
<message><source>&amp;Take over an unfinished file…</source><translation>未完了のファイルを引き継ぐ(&amp;T)…</translation></message>
<message><source>&amp;Resume</source><translation>再開(&amp;R)</translation></message>
<message><source>A&amp;llow it and try again</source><translation>許可して再試行(&amp;L)</translation></message>
<message><source>&amp;End recording and keep it</source><translation>記録を終了して保存(&amp;E)</translation></message>
<message><source>&amp;Pause</source><translation>一時停止(&amp;P)</translation></message>
<message><source>Pause or resume</source><translation>一時停止/再開</translation></message>
<message><source>Re&amp;move</source><translation>リストから削除(&amp;M)</translation></message>
<message><source>Remove with f&amp;ile</source><translation>ファイルごと削除(&amp;I)</translation></message>
<message><source>&amp;Delete for good…</source><translation>完全に削除(&amp;D)…</translation></message>
<message><source>Move &amp;up in line</source><translation>順番を上げる(&amp;U)</translation></message>
<message><source>Move up</source><translation>上へ</translation></message>
<message><source>Move do&amp;wn in line</source><translation>順番を下げる(&amp;W)</translation></message>
<message><source>Move down</source><translation>下へ</translation></message>
<message><source>Move to the &amp;top</source><translation>先頭へ移動(&amp;T)</translation></message>
<message><source>Move to the &amp;bottom</source><translation>末尾へ移動(&amp;B)</translation></message>
<message><source>&amp;Open</source><translation>開く(&amp;O)</translation></message>
<message><source>Show in &amp;folder</source><translation>フォルダーで表示(&amp;F)</translation></message>
<message><source>Re&amp;name…</source><translation>名前を変更(&amp;N)…</translation></message>
<message><source>Move to another fo&amp;lder…</source><translation>別のフォルダーへ移動(&amp;L)…</translation></message>
<message><source>Sort b&amp;y the rules…</source><translation>ルールに従って整理(&amp;Y)…</translation></message>
<message><source>Change addre&amp;ss…</source><translation>アドレスを変更(&amp;S)…</translation></message>
<message><source>Lo&amp;g in…</source><translation>ログイン(&amp;G)…</translation></message>
<message><source>Show the c&amp;ertificate…</source><translation>証明書を表示(&amp;F)…</translation></message>
<message><source>Rules for the h&amp;ost…</source><translation>ホストのルール(&amp;O)…</translation></message>
<message><source>Cook&amp;ies…</source><translation>Cookie(&amp;I)…</translation></message>
<message><source>E&amp;xtract</source><translation>展開(&amp;X)</translation></message>
<message><source>&amp;Verify again</source><translation>再検証(&amp;V)</translation></message>
<message><source>&amp;Download again</source><translation>再ダウンロード(&amp;D)</translation></message>
<message><source>Wat&amp;ch for changes…</source><translation>変更を監視(&amp;C)…</translation></message>
<message><source>&amp;Hand over to yt-dlp</source><translation>yt-dlp に渡す(&amp;H)</translation></message>
<message><source>Propert&amp;ies…</source><translation>プロパティ(&amp;I)…</translation></message>
<message><source>&amp;Copy address</source><translation>アドレスをコピー(&amp;C)</translation></message>
<message><source>Select &amp;all</source><translation>すべて選択(&amp;A)</translation></message>
<message><source>Pause a&amp;ll</source><translation>すべて一時停止(&amp;L)</translation></message>
<message><source>Resume all paus&amp;ed</source><translation>一時停止中をすべて再開(&amp;E)</translation></message>
<message><source>&amp;Clear finished from the list</source><translation>完了分をリストから削除(&amp;C)</translation></message>
<message><source>&amp;Quiet</source><translation>静かモード(&amp;Q)</translation></message>
<message><source>Start no&amp;w, regardless</source><translation>制限に関係なく今すぐ開始(&amp;W)</translation></message>
<message><source>&amp;Undo remove</source><translation>削除を元に戻す(&amp;U)</translation></message>
<message><source>&amp;Find</source><translation>検索(&amp;F)</translation></message>
<message><source>&amp;Details</source><translation>詳細(&amp;D)</translation></message>
<message><source>&amp;One-line rows</source><translation>1 行表示(&amp;O)</translation></message>
<message><source>&amp;History…</source><translation>履歴(&amp;H)…</translation></message>
<message><source>&amp;Settings…</source><translation>設定(&amp;S)…</translation></message>
<message><source>&amp;Keyboard shortcuts</source><translation>キーボードショートカット(&amp;K)</translation></message>
<message><source>&amp;About Headrace</source><translation>Headrace について(&amp;A)</translation></message>
<message><source>When all is &amp;done</source><translation>すべて完了したら(&amp;W)</translation></message>
<message><source>&amp;Quit</source><translation>終了(&amp;Q)</translation></message>
<message><source>&amp;File</source><translation>ファイル(&amp;F)</translation></message>
<message><source>&amp;Edit</source><translation>編集(&amp;E)</translation></message>
<message><source>&amp;View</source><translation>表示(&amp;V)</translation></message>
<message><source>&amp;Download</source><translation>ダウンロード(&amp;D)</translation></message>
<message><source>&amp;Help</source><translation>ヘルプ(&amp;H)</translation></message>
<message><source>&amp;Try again</source><translation>再試行(&amp;T)</translation></message>
<message><source>&amp;Copy addresses</source><translation>アドレスをコピー(&amp;C)</translation></message>
<message><source>Rules for {host}…</source><translation>{host} のルール…</translation></message>
<message><source>Show the host k&amp;ey…</source><translation>ホスト鍵を表示(&amp;F)…</translation></message>
</context>
<context>
<name>Add</name>
<message><source>Addresses</source><translation>アドレス</translation></message>
<message><source>Add downloads</source><translation>ダウンロードを追加</translation></message>
<message><source>Reading… {count}</source><translation>読み取り中… {count}</translation></message>
<message><source>The text is too long: its end is left out.</source><translation>テキストが長すぎるため、末尾を省きました。</translation></message>
<message><source>at least {size}</source><translation>{size} 以上</translation></message>
<message numerus="yes"><source>%Ln line(s) without an address</source><translation><numerusform>アドレスのない行: %Ln</numerusform></translation></message>
<message><source>Download</source><translation>ダウンロード</translation></message>
<message><source>A&amp;dd paused</source><translation>一時停止で追加(&amp;D)</translation></message>
<message><source>Download {count}</source><translation>{count} 件をダウンロード</translation></message>
<message><source>Download now</source><translation>今すぐダウンロード</translation></message>
<message><source>Take &amp;brackets as they are</source><translation>かっこを展開しない(&amp;B)</translation></message>
<message><source>For addresses that really hold [1-3] or {a,b}</source><translation>[1-3] や {a,b} を実際に含むアドレス向け</translation></message>
<message><source>Mor&amp;e: headers, login, proxy, limit, checksum, mirrors</source><translation>その他: ヘッダー、ログイン、プロキシ、制限、チェックサム、ミラー(&amp;E)</translation></message>
<message><source>Cancel</source><translation>キャンセル</translation></message>
<message><source>One address a line, patterns such as [01-12], or a pasted curl command</source><translation>1 行に 1 アドレス、[01-12] などのパターン、または貼り付けた curl コマンド</translation></message>
<message><source>Headrace</source><translation>Headrace</translation></message>
<message><source>Firefox on Windows</source><translation>Firefox (Windows)</translation></message>
<message><source>Chrome on Windows</source><translation>Chrome (Windows)</translation></message>
<message><source>Edge on Windows</source><translation>Edge (Windows)</translation></message>
<message><source>Safari on a Mac</source><translation>Safari (Mac)</translation></message>
<message><source>curl</source><translation>curl</translation></message>
<message><source>&amp;Headers, one a line</source><translation>ヘッダー (1 行に 1 つ)(&amp;H)</translation></message>
<message><source>&amp;Referer</source><translation>リファラー(&amp;R)</translation></message>
<message><source>User &amp;agent</source><translation>ユーザーエージェント(&amp;A)</translation></message>
<message><source>&amp;User name</source><translation>ユーザー名(&amp;U)</translation></message>
<message><source>&amp;Password</source><translation>パスワード(&amp;P)</translation></message>
<message><source>Cookies</source><translation>Cookie</translation></message>
<message><source>C&amp;onnections at most</source><translation>最大接続数(&amp;O)</translation></message>
<message><source>Speed &amp;limit</source><translation>速度制限(&amp;L)</translation></message>
<message><source>Pro&amp;xy</source><translation>プロキシ(&amp;X)</translation></message>
<message><source>Chec&amp;ksum</source><translation>チェックサム(&amp;K)</translation></message>
<message><source>&amp;Mirrors, one a line</source><translation>ミラー (1 行に 1 つ)(&amp;M)</translation></message>
<message><source>Name: value</source><translation>Name: value</translation></message>
<message><source>As in the settings</source><translation>設定に従う</translation></message>
<message><source>sha256:… or the bare digest</source><translation>sha256:… またはハッシュ値のみ</translation></message>
<message><source>Other addresses of the same file</source><translation>同じファイルの別のアドレス</translation></message>
<message><source>No limit of its own</source><translation>個別の制限なし</translation></message>
<message><source> MB/s</source><translation> MB/s</translation></message>
<message><source>Pri&amp;vate</source><translation>プライベート(&amp;V)</translation></message>
<message><source>Nothing is kept of it but the file: no history, no log, no mark. What is unfinished when Headrace ends is deleted.</source><translation>ファイル以外は何も残りません。履歴、ログ、印は付きません。Headrace の終了時に未完了のものは削除されます。</translation></message>
<message><source>The header “{name}” cannot be sent: write Name: value</source><translation>ヘッダー「{name}」は送信できません (Name: value の形式で入力)</translation></message>
<message><source>Headrace sets the header “{name}” itself</source><translation>ヘッダー「{name}」は Headrace が自動で設定します</translation></message>
<message><source>Write the proxy as http://proxy.example:3128, or “direct” for none</source><translation>プロキシは http://proxy.example:3128 のように書きます。使わない場合は「direct」</translation></message>
<message><source>This is no checksum: digits are missing, or too many</source><translation>桁数に過不足があり、チェックサムではありません</translation></message>
<message><source>This checksum proves nothing; SHA-256 would</source><translation>このチェックサムでは証明になりません (SHA-256 なら可)</translation></message>
<message><source>A mirror is an address with http, https, ftp or sftp</source><translation>ミラーは http、https、ftp、sftp のいずれかのアドレスです</translation></message>
<message><source>{most} mirrors are the most</source><translation>ミラーは {most} 件までです</translation></message>
<message><source>&amp;Name</source><translation>名前(&amp;N)</translation></message>
<message><source>&amp;Category</source><translation>カテゴリ(&amp;C)</translation></message>
<message><source>&amp;Queue</source><translation>キュー(&amp;Q)</translation></message>
<message><source>By type</source><translation>種類に応じて</translation></message>
<message><source>Main</source><translation>メイン</translation></message>
<message><source>&amp;Save to (folder of the queue {queue})</source><extracomment>{queue} is the name of a queue that has a folder of its own</extracomment><translation>保存先(&amp;S)（キュー「{queue}」のフォルダー）</translation></message>
<message><source>&amp;Save to</source><translation>保存先(&amp;S)</translation></message>
<message numerus="yes"><source>Already there: %Ln</source><translation><numerusform>既に存在: %Ln 件</numerusform></translation></message>
<message><source>{status}, not found</source><translation>{status}、見つかりません</translation></message>
<message><source>{status}, gone</source><translation>{status}、削除済み</translation></message>
<message><source>{status}, refused</source><translation>{status}、拒否</translation></message>
<message><source>needs a login</source><translation>ログインが必要</translation></message>
<message><source>proxy needs a login</source><translation>プロキシにログインが必要</translation></message>
<message><source>proxy cannot be reached</source><translation>プロキシに接続できません</translation></message>
<message><source>proxy refuses</source><translation>プロキシが拒否</translation></message>
<message><source>{status}, too many requests</source><translation>{status}、リクエスト過多</translation></message>
<message><source>{status}, server is busy</source><translation>{status}、サーバー混雑</translation></message>
<message><source>{status}, server has a fault</source><translation>{status}、サーバー障害</translation></message>
<message><source>no such server</source><translation>サーバーが見つかりません</translation></message>
<message><source>cannot be reached</source><translation>接続できません</translation></message>
<message><source>does not answer</source><translation>応答がありません</translation></message>
<message><source>connection lost</source><translation>接続が切れました</translation></message>
<message><source>not to be trusted</source><translation>信頼できません</translation></message>
<message><source>needs an extra: {detail}</source><translation>追加機能が必要です: {detail}</translation></message>
<message><source>host key is not known</source><translation>ホスト鍵が未知です</translation></message>
<message><source>host key has changed</source><translation>ホスト鍵が変わりました</translation></message>
<message><source>not secure</source><translation>安全ではありません</translation></message>
<message><source>leads to an unsafe place</source><translation>安全でない場所へ転送</translation></message>
<message><source>leads into a private network</source><translation>プライベートネットワークへ転送</translation></message>
<message><source>leads in circles</source><translation>転送が循環しています</translation></message>
<message><source>no file there</source><translation>ファイルがありません</translation></message>
<message><source>answer makes no sense</source><translation>応答が不正です</translation></message>
<message><source>no web server</source><translation>Web サーバーではありません</translation></message>
<message><source>already in the list</source><translation>リストに追加済み</translation></message>
<message><source>file is there already</source><translation>ファイルが既にあります</translation></message>
<message><source>name is taken in the list</source><translation>名前がリストで使用中</translation></message>
<message><source>will be resumed</source><translation>再開します</translation></message>
<message><source>again, new name</source><translation>別名で再取得</translation></message>
<message><source>will be replaced</source><translation>置き換えます</translation></message>
<message><source>The command's proxy is not used.</source><translation>コマンドのプロキシは使用しません。</translation></message>
<message><source>Certificates are checked as always, whatever the command says.</source><translation>コマンドの指定にかかわらず、証明書は常に検証します。</translation></message>
<message><source>The command's file of cookies is not read.</source><translation>コマンドの Cookie ファイルは読み込みません。</translation></message>
<message><source>The files that the command names are not read.</source><translation>コマンドで指定されたファイルは読み込みません。</translation></message>
<message><source>The command asks for a part; the whole file is fetched.</source><translation>コマンドは一部のみを要求していますが、ファイル全体を取得します。</translation></message>
<message><source>The command logs in by a scheme that is not supported.</source><translation>コマンドのログイン方式には対応していません。</translation></message>
<message><source>A header of the command cannot be sent and is left out.</source><translation>コマンドのヘッダーに送信できないものがあるため、除外します。</translation></message>
<message><source>asking…</source><translation>問い合わせ中…</translation></message>
<message><source>a web page</source><translation>Web ページ</translation></message>
<message><source>cannot be resumed</source><translation>再開不可</translation></message>
<message><source>resumable</source><translation>再開可</translation></message>
<message><source>{checksum} expected</source><translation>{checksum} で検証予定</translation></message>
<message><source>{algorithm} must be {digest}</source><translation>{algorithm} の正しい値: {digest}</translation></message>
<message><source>Skip</source><translation>スキップ</translation></message>
<message><source>Resume</source><translation>再開</translation></message>
<message><source>Keep both</source><translation>両方残す</translation></message>
<message><source>Replace</source><translation>置き換え</translation></message>
<message><source>Leave what is there, and add nothing</source><translation>今あるものを残し、何も追加しない</translation></message>
<message><source>Go on with the download in the list</source><translation>リストにあるダウンロードを続ける</translation></message>
<message><source>Fetch again, under a new name</source><translation>別の名前で再取得する</translation></message>
<message><source>Fetch again; the new file takes the place of the old one</source><translation>再取得し、古いファイルを新しいファイルで置き換える</translation></message>
<message><source>Downloads found in the text</source><translation>テキストから見つかったダウンロード</translation></message>
<message><source>Tick</source><translation>チェックを付ける</translation></message>
<message><source>Untick</source><translation>チェックを外す</translation></message>
<message><source>Tick only these</source><translation>これだけをチェック</translation></message>
<message><source>Tick all</source><translation>すべてチェック</translation></message>
<message><source>Untick all</source><translation>すべてのチェックを外す</translation></message>
<message><source>Ask the server again</source><translation>サーバーに再度問い合わせる</translation></message>
<message numerus="yes"><source>Copy %Ln address(es)</source><translation><numerusform>アドレスをコピー (%Ln 件)</numerusform></translation></message>
<message><source>What you paste appears here</source><translation>貼り付けたものがここに表示されます</translation></message>
<message><source>Sends the headers {names}</source><translation>ヘッダー {names} を送信します</translation></message>
<message><source>is not an address</source><translation>アドレスではありません</translation></message>
<message><source>its checksum is damaged</source><translation>チェックサムが壊れています</translation></message>
<message><source>a checksum, and no file of that name</source><translation>チェックサムですが、該当するファイルがありません</translation></message>
<message><source>stands for {count} addresses, {most} is the most</source><translation>{count} 件のアドレスになります (上限 {most} 件)</translation></message>
<message><source>it holds spaces or control characters</source><translation>空白または制御文字が含まれています</translation></message>
<message><source>does not begin with http://, https://, ftp:// or sftp://</source><translation>http://、https://、ftp://、sftp:// のいずれでも始まっていません</translation></message>
<message><source>has a backslash in its host</source><translation>ホストにバックスラッシュが含まれています</translation></message>
<message><source>names no host</source><translation>ホストがありません</translation></message>
<message><source>its host or port is not valid</source><translation>ホストまたはポートが正しくありません</translation></message>
<message><source>is a magnet link: a torrent client is for it</source><translation>はマグネットリンクです。トレントクライアントで開いてください</translation></message>
<message><source>sends a form or a file, which a download cannot</source><translation>フォームやファイルの送信はダウンロードではできません</translation></message>
<message><source>asks by another method than GET, which a download cannot</source><translation>GET 以外のメソッドはダウンロードでは使えません</translation></message>
<message><source>follows the links of pages; Headrace fetches single files</source><translation>ページ内のリンクはたどれません (Headrace は個別のファイルのみ取得)</translation></message>
</context>
<context>
<name>Budgets</name>
<message><source>All networks</source><translation>すべてのネットワーク</translation></message>
<message><source>Metered networks</source><translation>従量制課金のネットワーク</translation></message>
<message><source>Wi-Fi</source><translation>Wi-Fi</translation></message>
<message><source>Mobile networks</source><translation>モバイルネットワーク</translation></message>
<message><source>Ethernet</source><translation>イーサネット</translation></message>
<message><source>Other kinds of networks</source><translation>その他の種類のネットワーク</translation></message>
<message><source>{size} a day ({networks})</source><translation>1 日 {size}（{networks}）</translation></message>
<message><source>{size} a week ({networks})</source><translation>1 週間 {size}（{networks}）</translation></message>
<message><source>{size} a month ({networks})</source><translation>1 か月 {size}（{networks}）</translation></message>
<message><source>Each day</source><translation>毎日</translation></message>
<message><source>Each week</source><translation>毎週</translation></message>
<message><source>Each month</source><translation>毎月</translation></message>
<message><source>It is whole again on {day}.</source><translation>{day} に元に戻ります。</translation></message>
<message><source>What comes now does not count.</source><translation>今の通信は数えません。</translation></message>
<message><source> GB</source><translation> GB</translation></message>
<message><source>from day</source><translation>開始日</translation></message>
<message><source>How much may come: {budget}</source><translation>データ量: {budget}</translation></message>
<message><source>How often: {budget}</source><translation>期間: {budget}</translation></message>
<message><source>Which networks count: {budget}</source><translation>数えるネットワーク: {budget}</translation></message>
<message><source>The day on which a month begins: {budget}</source><translation>月の開始日: {budget}</translation></message>
<message><source>Remove {budget}</source><translation>{budget} を削除</translation></message>
<message><source>Add budget</source><translation>上限を追加</translation></message>
<message><source>There is a budget for these networks and this period already.</source><translation>これらのネットワークとこの期間の上限は既にあります。</translation></message>
<message><source>The budget is removed: {budget}</source><translation>上限を削除しました: {budget}</translation></message>
</context>
<context>
<name>Categories</name>
<message><source>Add category</source><translation>カテゴリを追加</translation></message>
<message><source>{name} is as it was.</source><translation>{name} を元に戻しました。</translation></message>
<message><source>New category</source><translation>新しいカテゴリ</translation></message>
<message><source>nothing yet</source><translation>まだ何もありません</translation></message>
<message><source>Bring {name} back to what it was</source><translation>{name} を元に戻す</translation></message>
<message><source>Show {name} earlier</source><translation>{name} を前に表示</translation></message>
<message><source>Show {name} later</source><translation>{name} を後に表示</translation></message>
<message><source>There is a category of this name.</source><translation>同じ名前のカテゴリがあります。</translation></message>
<message><source>A category needs a name of 60 characters at most.</source><translation>カテゴリには 60 文字以内の名前が必要です。</translation></message>
<message><source>Write endings such as epub, without a dot within.</source><translation>epub のような拡張子を、途中に点を入れずに書いてください。</translation></message>
<message><source>Write types such as application/pdf or audio/*.</source><translation>application/pdf や audio/* のような種類を書いてください。</translation></message>
<message><source>Name</source><translation>名前</translation></message>
<message><source>Picture</source><translation>アイコン</translation></message>
<message><source>Types the server tells</source><translation>サーバーが示す種類</translation></message>
<message><source>Disc</source><translation>ディスク</translation></message>
<message><source>Key</source><translation>鍵</translation></message>
<message><source>Tool</source><translation>工具</translation></message>
</context>
<context>
<name>Certificate</name>
<message><source>Host key of {host}</source><translation>{host} のホスト鍵</translation></message>
<message><source>Certificate of {host}</source><translation>{host} の証明書</translation></message>
<message><source>Trust this key</source><translation>この鍵を信頼する</translation></message>
<message><source>Trust this certificate</source><translation>この証明書を信頼する</translation></message>
<message><source>It is another key than the one known before. Either the server was set up anew, or somebody stands between you and it. Trust it only if whoever runs the server tells you the same fingerprint.</source><translation>これまで知られていた鍵とは異なります。サーバーが新しく設定されたか、あなたとサーバーの間に誰かがいるかのどちらかです。サーバーの管理者から同じ指紋を知らされた場合だけ信頼してください。</translation></message>
<message><source>It is not known yet, and somebody may stand between you and the server. Trust it only if whoever runs the server tells you the same fingerprint; then no other key is accepted there.</source><translation>まだ知られていない鍵で、あなたとサーバーの間に誰かがいるかもしれません。サーバーの管理者から同じ指紋を知らされた場合だけ信頼してください。以後そこではほかの鍵を受け付けません。</translation></message>
<message><source>It is not trusted: {why}. Somebody may stand between you and the server. Trust it only if you know the server and its fingerprint; then no other certificate is accepted there.</source><translation>信頼されていません: {why}。あなたとサーバーの間に誰かがいるかもしれません。サーバーとその指紋を知っている場合だけ信頼してください。以後そこではほかの証明書を受け付けません。</translation></message>
<message><source>The server is asked for it…</source><translation>サーバーに問い合わせています…</translation></message>
<message><source>Kind: {kind}</source><translation>種類: {kind}</translation></message>
<message><source>Issued to: {name}</source><translation>発行先: {name}</translation></message>
<message><source>Issued by: {name}</source><translation>発行者: {name}</translation></message>
<message><source>Valid: {first} to {last}</source><translation>有効期間: {first} ～ {last}</translation></message>
<message><source>SHA-256: {digest}</source><translation>SHA-256: {digest}</translation></message>
</context>
<context>
<name>Commands</name>
<message><source>Undo</source><translation>元に戻す</translation></message>
<message><source>Removed {what}</source><translation>リストから削除しました: {what}</translation></message>
<message><source>Moved {what} to the trash</source><translation>ゴミ箱へ移動しました: {what}</translation></message>
<message><source>Deleted {what}</source><translation>完全に削除しました: {what}</translation></message>
<message><source>Too many at once. Choose at most {count}.</source><translation>一度に多すぎます。{count} 件までにしてください。</translation></message>
<message><source>{name} is a program, so it is shown rather than started</source><translation>「{name}」はプログラムのため、起動せずにフォルダーで表示しました</translation></message>
<message numerus="yes"><source>Copied %Ln address(es)</source><translation><numerusform>アドレスをコピーしました (%Ln 件)</numerusform></translation></message>
<message><source>{name} is no longer in {folder}</source><translation>「{name}」は「{folder}」にありません</translation></message>
<message><source>{name} could not be opened: no program for it was found</source><translation>「{name}」を開くプログラムが見つかりません</translation></message>
</context>
<context>
<name>Cookies</name>
<message><source>Out of a browser, now and this once</source><translation>ブラウザーから (今回だけ読み取る)</translation></message>
<message><source>Pasted</source><translation>貼り付け</translation></message>
<message><source>Out of a cookies.txt, read again whenever needed</source><translation>cookies.txt から (必要なたびに読み直す)</translation></message>
<message><source>None but those of the settings</source><translation>設定のもの以外は使わない</translation></message>
<message><source>There is no browser here whose cookies can be read.</source><translation>Cookie を読み取れるブラウザーがありません。</translation></message>
<message><source>The cookies of {browser} cannot be read.</source><translation>{browser} の Cookie を読み取れません。</translation></message>
<message><source>The cookies of {browser} are encrypted. Install what deciphers them: {command}</source><translation>{browser} の Cookie は暗号化されています。復号に必要なものをインストールしてください: {command}</translation></message>
<message><source>The system's keyring does not give the key to the cookies of {browser}.</source><translation>システムのキーリングから {browser} の Cookie の鍵を取得できません。</translation></message>
<message><source>On Windows {browser} seals its cookies so that no other program can read them. Use Firefox, the extension for browsers, or a cookies.txt.</source><translation>Windows では {browser} の Cookie は封印されており、ほかのプログラムでは読み取れません。Firefox、ブラウザー拡張機能、または cookies.txt を使ってください。</translation></message>
<message><source>Cookies</source><translation>Cookie</translation></message>
<message><source>Use</source><translation>使用</translation></message>
<message><source>&amp;Where they come from</source><translation>取得元(&amp;W)</translation></message>
<message><source>Browser and profile</source><translation>ブラウザーとプロファイル</translation></message>
<message><source>&amp;Look for cookies of {site}</source><translation>{site} の Cookie を探す(&amp;L)</translation></message>
<message><source>Cookie: name=value; … or the text of a cookies.txt</source><translation>Cookie: 名前=値; … または cookies.txt の内容</translation></message>
<message><source>File</source><translation>ファイル</translation></message>
<message><source>&amp;Choose a file…</source><translation>ファイルを選択(&amp;C)…</translation></message>
<message><source>&amp;Keep them in the system's keyring</source><translation>システムのキーリングに保存する(&amp;K)</translation></message>
<message><source>No browser was found</source><translation>ブラウザーが見つかりません</translation></message>
<message><source>Look for cookies first; nothing is taken unseen.</source><translation>先に Cookie を探してください。表示せずに使うことはありません。</translation></message>
<message><source>Write them as name=value; name=value, or paste the text of a cookies.txt.</source><translation>名前=値; 名前=値 の形で書くか、cookies.txt の内容を貼り付けてください。</translation></message>
<message><source>Name the file in full, or choose it.</source><translation>ファイルの完全なパスを入力するか、選択してください。</translation></message>
<message><source>This is not a cookies.txt that can be read.</source><translation>読み取れる cookies.txt ではありません。</translation></message>
<message><source>{browser} has no cookies for {site}. Log in there first.</source><translation>{browser} には {site} の Cookie がありません。先にそこでログインしてください。</translation></message>
<message><source>Choose…</source><translation>選択…</translation></message>
<message><source>Choose cookies</source><translation>Cookie を選択</translation></message>
<message><source>For these downloads alone. Each cookie goes to the site it belongs to, and is never stored in clear.</source><translation>これらのダウンロードだけに使います。それぞれの Cookie は属するサイトにだけ送られ、平文で保存されることはありません。</translation></message>
<message><source>None of its own</source><translation>専用のものはなし</translation></message>
<message><source>Out of {file}</source><translation>{file} から</translation></message>
<message><source>Those of a pasted line</source><translation>貼り付けた行のもの</translation></message>
<message><source>Given, in memory alone</source><translation>指定済み (メモリ内のみ)</translation></message>
<message><source>Kept in the system's keyring</source><translation>システムのキーリングに保存</translation></message>
<message numerus="yes"><source>%Ln cookie(s) for {sites}</source><translation><numerusform>%Ln 個の Cookie ({sites})</numerusform></translation></message>
</context>
<context>
<name>Copying</name>
<message><source>Addresses</source><translation>アドレス</translation></message>
<message><source>curl commands</source><translation>curl コマンド</translation></message>
<message><source>wget commands</source><translation>wget コマンド</translation></message>
<message><source>aria2 input file</source><translation>aria2 入力ファイル</translation></message>
<message><source>JSON</source><translation>JSON</translation></message>
<message><source>Metalink</source><translation>Metalink</translation></message>
<message><source>Cop&amp;y as</source><translation>形式を選んでコピー(&amp;Y)</translation></message>
<message numerus="yes"><source>Copied %Ln download(s)</source><translation><numerusform>%Ln 件のダウンロードをコピーしました</numerusform></translation></message>
</context>
<context>
<name>Desktop</name>
<message><source>Downloads are running</source><translation>ダウンロードの実行中</translation></message>
<message numerus="yes"><source>%Ln download(s) finished</source><translation><numerusform>ダウンロードが %Ln 件完了しました</numerusform></translation></message>
<message><source>{size} in {folder}</source><extracomment>Below the name of a finished download: its size and the name of its folder</extracomment><translation>{size}、保存先: {folder}</translation></message>
<message><source>Open</source><extracomment>Below the name of a finished download: its size and the name of its folder</extracomment><translation>開く</translation></message>
<message><source>Download finished</source><translation>ダウンロードが完了しました</translation></message>
<message><source>Try again</source><translation>再試行</translation></message>
<message><source>Download failed</source><translation>ダウンロードに失敗しました</translation></message>
<message numerus="yes"><source>%Ln more download(s) failed</source><translation><numerusform>ダウンロードがさらに %Ln 件失敗しました</numerusform></translation></message>
<message numerus="yes"><source>%Ln download(s) failed</source><translation><numerusform>ダウンロードが %Ln 件失敗しました</numerusform></translation></message>
<message><source>Try all again</source><translation>すべて再試行</translation></message>
<message><source>Headrace goes on in the tray</source><translation>Headrace はトレイで動作を続けます</translation></message>
<message><source>Downloads continue. To end Headrace, choose Quit in the menu of its icon.</source><translation>ダウンロードは続きます。Headrace を終了するには、アイコンのメニューから「終了」を選んでください。</translation></message>
<message><source>Show in folder</source><translation>フォルダーで表示</translation></message>
<message numerus="yes"><source>and %Ln more</source><translation><numerusform>ほか %Ln 件</numerusform></translation></message>
<message><source>Hide Headrace</source><translation>Headrace を隠す</translation></message>
<message><source>Show Headrace</source><translation>Headrace を表示</translation></message>
<message><source>Speed limit</source><translation>速度制限</translation></message>
<message numerus="yes"><source>%Ln active</source><translation><numerusform>実行中 %Ln 件</numerusform></translation></message>
<message numerus="yes"><source>%Ln waiting</source><translation><numerusform>待機中 %Ln 件</numerusform></translation></message>
<message><source>Nothing to do</source><translation>実行中の処理なし</translation></message>
<message><source>Headrace: {percent}</source><extracomment>The program's name and how much of everything that runs is there, such as "Headrace: 62 %"</extracomment><translation>Headrace: {percent}</translation></message>
<message><source>Headrace is ready. Paste an address with Ctrl+V, drop links here, or press Add.</source><translation>Headrace の準備ができました。Ctrl+V でアドレスを貼り付けるか、リンクをここにドロップするか、「追加」を押してください。</translation></message>
<message><source>Watch the clipboard for links</source><translation>クリップボードのリンクを監視</translation></message>
<message><source>Close this message</source><translation>このメッセージを閉じる</translation></message>
<message><source>Close</source><translation>閉じる</translation></message>
</context>
<context>
<name>Details</name>
<message><source>Map of the file</source><translation>ファイルのマップ</translation></message>
<message numerus="yes"><source>%Ln block(s)</source><translation><numerusform>%Ln ブロック</numerusform></translation></message>
<message numerus="yes"><source>%Ln verified on disk</source><translation><numerusform>ディスク上で検証済み %Ln</numerusform></translation></message>
<message numerus="yes"><source>%Ln on disk</source><translation><numerusform>ディスク上 %Ln</numerusform></translation></message>
<message numerus="yes"><source>%Ln arriving</source><translation><numerusform>受信中 %Ln</numerusform></translation></message>
<message numerus="yes"><source>%Ln missing</source><translation><numerusform>未取得 %Ln</numerusform></translation></message>
<message><source>Block {number} of {total}</source><translation>ブロック {number} (全 {total})</translation></message>
<message><source>Blocks {first} to {last} of {total}</source><translation>ブロック {first} 〜 {last} (全 {total})</translation></message>
<message><source>Verified on disk</source><translation>ディスク上で検証済み</translation></message>
<message><source>Missing</source><translation>未取得</translation></message>
<message><source>{size} verified</source><translation>検証済み {size}</translation></message>
<message><source>{size} on disk</source><translation>ディスク上 {size}</translation></message>
<message><source>{size} missing</source><translation>未取得 {size}</translation></message>
<message><source>arriving now</source><translation>受信中</translation></message>
<message><source>#</source><translation>#</translation></message>
<message><source>Host</source><translation>ホスト</translation></message>
<message><source>Part of the file</source><translation>ファイルの範囲</translation></message>
<message><source>Arrived</source><translation>受信済み</translation></message>
<message><source>Speed</source><translation>速度</translation></message>
<message><source>State</source><translation>状態</translation></message>
<message><source>Connecting</source><translation>接続中</translation></message>
<message><source>Waiting for an answer</source><translation>応答待ち</translation></message>
<message><source>Receiving</source><translation>受信中</translation></message>
<message><source>Held back</source><translation>抑制中</translation></message>
<message><source>Ending</source><translation>終了中</translation></message>
<message><source>from {start} on</source><extracomment>Part of a file without a known end</extracomment><translation>{start} 以降</translation></message>
<message><source>{start} to {end}</source><extracomment>Part of a file without a known end</extracomment><translation>{start} 〜 {end}</translation></message>
<message><source>Bytes from {start} on</source><translation>バイト {start} 以降</translation></message>
<message><source>Bytes {start} to {end}</source><translation>バイト {start} 〜 {end}</translation></message>
<message><source>Connection {number}</source><translation>接続 {number}</translation></message>
<message><source>Connections</source><translation>接続</translation></message>
<message><source>No connections at the moment</source><translation>現在の接続はありません</translation></message>
<message><source>Copy</source><translation>コピー</translation></message>
<message><source>Select all</source><translation>すべて選択</translation></message>
<message><source>Overview</source><translation>概要</translation></message>
<message><source>Log</source><translation>ログ</translation></message>
<message><source>Request</source><translation>リクエスト</translation></message>
<message><source>Live</source><translation>ライブ</translation></message>
<message><source>Choose a download to see its details</source><translation>ダウンロードを選択すると詳細が表示されます</translation></message>
<message><source>Details</source><translation>詳細</translation></message>
<message numerus="yes"><source>%Ln download(s) chosen</source><translation><numerusform>ダウンロード %Ln 件を選択中</numerusform></translation></message>
<message><source>Move to the side</source><translation>横へ移動</translation></message>
<message><source>Move to the bottom</source><translation>下へ移動</translation></message>
<message><source>Close details</source><translation>詳細を閉じる</translation></message>
<message><source>Copy address</source><translation>アドレスをコピー</translation></message>
<message><source>Folder</source><translation>フォルダー</translation></message>
<message><source>Added</source><translation>追加日時</translation></message>
<message><source>Failed</source><translation>失敗</translation></message>
<message><source>Address</source><translation>アドレス</translation></message>
<message><source>Led to</source><translation>転送先</translation></message>
<message><source>Checksum</source><translation>チェックサム</translation></message>
<message><source>{algorithm} does not match</source><translation>{algorithm} が一致しません</translation></message>
<message><source>None known</source><translation>なし</translation></message>
<message><source>{algorithm} right, as given by you</source><translation>{algorithm} が一致 (入力値)</translation></message>
<message><source>{algorithm} right, piece by piece</source><translation>{algorithm} が一致 (ピースごと)</translation></message>
<message><source>{algorithm} right, found in {source}</source><translation>{algorithm} が一致 ({source} の値)</translation></message>
<message><source>{algorithm} right</source><translation>{algorithm} が一致</translation></message>
<message><source>{algorithm} expected, given by you</source><translation>{algorithm} で検証予定 (入力値)</translation></message>
<message><source>{algorithm} expected, found in {source}</source><translation>{algorithm} で検証予定 ({source} の値)</translation></message>
<message><source>{algorithm} expected</source><translation>{algorithm} で検証予定</translation></message>
<message><source>Size</source><translation>サイズ</translation></message>
<message numerus="yes"><source>%Ln byte(s)</source><translation><numerusform>%Ln バイト</numerusform></translation></message>
<message><source>Unknown, {size} so far</source><translation>不明 (受信済み {size})</translation></message>
<message><source>{total}, {received} of it here</source><translation>{total} (受信済み {received})</translation></message>
<message><source>{number} bytes</source><extracomment>A number of bytes above two thousand million</extracomment><translation>{number} バイト</translation></message>
<message><source>Type</source><translation>種類</translation></message>
<message><source>Version</source><translation>バージョン</translation></message>
<message><source>Last changed</source><translation>最終更新</translation></message>
<message><source>{tag} (strong)</source><translation>{tag} (強い)</translation></message>
<message><source>{tag} (weak)</source><translation>{tag} (弱い)</translation></message>
<message><source>The server names this very version: a resumed download is sure to fit</source><translation>サーバーがバージョンを特定しているため、再開しても確実に一致します</translation></message>
<message><source>The server names no exact version: joins are compared byte by byte</source><translation>サーバーが正確なバージョンを示さないため、継ぎ目をバイト単位で照合します</translation></message>
<message numerus="yes"><source>%Ln further address(es)</source><translation><numerusform>ほかに %Ln 件のアドレス</numerusform></translation></message>
<message><source>Mirrors</source><translation>ミラー</translation></message>
<message><source>{moment}, took {time}</source><translation>{moment} (所要時間 {time})</translation></message>
<message><source>Finished</source><translation>完了日時</translation></message>
<message><source>Notes</source><translation>備考</translation></message>
<message><source>Arriving</source><translation>受信中</translation></message>
<message><source>On disk</source><translation>ディスク上</translation></message>
<message><source>Verified</source><translation>検証済み</translation></message>
<message><source>What happened to the download</source><translation>ダウンロードの経過</translation></message>
<message><source>Copy all</source><translation>すべてコピー</translation></message>
<message><source>Copy the whole log</source><translation>ログ全体をコピー</translation></message>
<message numerus="yes"><source>%Ln entry(ies)</source><translation><numerusform>%Ln 件の記録</numerusform></translation></message>
<message><source>Choose a download to see what happened to it</source><translation>ダウンロードを選択すると経過が表示されます</translation></message>
<message><source>Nothing is known of this download's past</source><translation>このダウンロードの経過は記録されていません</translation></message>
<message><source>Speed, last {time}</source><translation>速度 (直近 {time})</translation></message>
<message><source>Speed, whole life</source><translation>速度 (全期間)</translation></message>
<message><source>average {speed}</source><translation>平均 {speed}</translation></message>
<message><source>Requests and answers, the newest first</source><translation>リクエストと応答 (新しい順)</translation></message>
<message><source>Headers of the request and of the answer</source><translation>リクエストと応答のヘッダー</translation></message>
<message><source>Copy as text</source><translation>テキストとしてコピー</translation></message>
<message><source>Copy this request and its answer as text</source><translation>このリクエストと応答をテキストとしてコピー</translation></message>
<message><source>Headers are kept while Headrace runs, never stored</source><translation>ヘッダーは Headrace の実行中だけ保持され、保存されません</translation></message>
<message><source>Choose a download to see what was asked and answered</source><translation>ダウンロードを選択するとリクエストと応答が表示されます</translation></message>
<message><source>Nothing has been asked since Headrace was started</source><translation>Headrace の起動後、リクエストはまだありません</translation></message>
<message><source>No answer yet</source><translation>まだ応答がありません</translation></message>
<message><source>Speed, last minute</source><translation>速度 (直近 1 分)</translation></message>
<message><source>Nothing measured yet</source><translation>測定データなし</translation></message>
<message><source>Whole life</source><translation>全期間</translation></message>
<message><source>Span of the graph</source><translation>グラフの期間</translation></message>
<message><source>Graph of the speed</source><translation>速度のグラフ</translation></message>
<message><source>Average</source><translation>平均</translation></message>
<message><source>Top</source><translation>最高</translation></message>
<message><source>Received</source><translation>受信済み</translation></message>
<message><source>Time active</source><translation>実行時間</translation></message>
<message><source>Limit</source><translation>制限</translation></message>
<message><source>limit {speed}</source><translation>制限 {speed}</translation></message>
<message><source>limit for all {speed}</source><translation>全体の制限 {speed}</translation></message>
<message><source>{seconds} s</source><translation>{seconds} 秒</translation></message>
<message><source>{minutes} min</source><translation>{minutes} 分</translation></message>
<message><source>{hours} h</source><translation>{hours} 時間</translation></message>
<message><source>{days} d</source><extracomment>A number of days, shortest form</extracomment><translation>{days} 日</translation></message>
<message><source>now</source><translation>現在</translation></message>
<message><source>end</source><translation>終了</translation></message>
<message><source>nothing</source><translation>データなし</translation></message>
<message><source>after {time}</source><translation>開始から {time}</translation></message>
<message><source>{time} before the end</source><translation>終了の{time}前</translation></message>
<message><source>{time} ago</source><translation>{time}前</translation></message>
<message><source>{limit}, its own</source><translation>{limit}（このダウンロードの制限）</translation></message>
<message><source>{limit}, of its queue</source><translation>{limit}（キューの制限）</translation></message>
<message><source>{limit}, of all downloads</source><translation>{limit}（すべてのダウンロードの制限）</translation></message>
<message><source>{limit}, to leave others room</source><translation>{limit}（ほかの人に帯域を譲るため）</translation></message>
<message><source>{limit}, while it is quiet</source><translation>{limit}（静かな時の制限）</translation></message>
<message><source>Together</source><translation>合計</translation></message>
<message><source>Progress</source><translation>進行状況</translation></message>
<message><source>Size unknown</source><translation>サイズ不明</translation></message>
</context>
<context>
<name>Dialogs</name>
<message><source>Cancel</source><translation>キャンセル</translation></message>
</context>
<context>
<name>Done</name>
<message><source>Do nothing</source><translation>何もしない</translation></message>
<message><source>Sleep</source><translation>スリープ</translation></message>
<message><source>Hibernate</source><translation>休止状態</translation></message>
<message><source>Shut down</source><translation>シャットダウン</translation></message>
<message><source>Restart</source><translation>再起動</translation></message>
<message><source>Log out</source><translation>ログアウト</translation></message>
<message><source>Quit Headrace</source><translation>Headrace を終了</translation></message>
<message numerus="yes"><source>The computer goes to sleep in %Ln second(s).</source><translation><numerusform>コンピューターは %Ln 秒後にスリープします。</numerusform></translation></message>
<message numerus="yes"><source>The computer hibernates in %Ln second(s).</source><translation><numerusform>コンピューターは %Ln 秒後に休止状態になります。</numerusform></translation></message>
<message numerus="yes"><source>The computer shuts down in %Ln second(s).</source><translation><numerusform>コンピューターは %Ln 秒後にシャットダウンします。</numerusform></translation></message>
<message numerus="yes"><source>The computer restarts in %Ln second(s).</source><translation><numerusform>コンピューターは %Ln 秒後に再起動します。</numerusform></translation></message>
<message numerus="yes"><source>You are logged out in %Ln second(s).</source><translation><numerusform>%Ln 秒後にログアウトします。</numerusform></translation></message>
<message numerus="yes"><source>Headrace quits in %Ln second(s).</source><translation><numerusform>Headrace は %Ln 秒後に終了します。</numerusform></translation></message>
<message><source>“{deed}” was refused by the system: {why}</source><translation>「{deed}」はシステムに拒否されました: {why}</translation></message>
<message><source>Stop</source><translation>中止</translation></message>
<message><source>All downloads are done</source><translation>すべてのダウンロードが完了しました</translation></message>
<message><source>Nothing happens any more.</source><translation>もう何も起こりません。</translation></message>
<message><source>{deed} now</source><translation>今すぐ{deed}</translation></message>
</context>
<context>
<name>Failures</name>
<message><source>The address is not valid</source><translation>アドレスが正しくありません</translation></message>
<message><source>Copy it again from where you found it</source><translation>元の場所からもう一度コピーしてください</translation></message>
<message><source>Server name not found</source><translation>サーバーが見つかりません</translation></message>
<message><source>Check the address and your connection</source><translation>アドレスと接続を確認してください</translation></message>
<message><source>Server cannot be reached</source><translation>サーバーに接続できません</translation></message>
<message><source>Check your connection, or resume later</source><translation>接続を確認するか、後で再開してください</translation></message>
<message><source>Server did not answer in time</source><translation>サーバーが時間内に応答しませんでした</translation></message>
<message><source>Resume later</source><translation>後で再開してください</translation></message>
<message><source>Connection lost</source><translation>接続が切れました</translation></message>
<message><source>Resume to go on from here</source><translation>再開すると続きから取得します</translation></message>
<message><source>Server stopped sending</source><translation>サーバーからの送信が止まりました</translation></message>
<message><source>Server could not prove who it is</source><translation>サーバーの身元を確認できません</translation></message>
<message><source>Look at its certificate</source><translation>証明書を確認してください</translation></message>
<message><source>There is no network</source><translation>ネットワークがありません</translation></message>
<message><source>It goes on when there is one</source><translation>つながり次第、続けます</translation></message>
<message><source>The chosen network is not there</source><translation>選んだネットワークがありません</translation></message>
<message><source>Bring it back, or choose another in the settings</source><translation>復旧するか、設定で別のものを選んでください</translation></message>
<message><source>Your certificate cannot be used here</source><translation>このサーバー用の証明書を使えません</translation></message>
<message><source>Choose another in the settings</source><translation>設定で別のものを選んでください</translation></message>
<message><source>An extra is missing for this kind of address</source><translation>この種類のアドレスに必要な追加機能がありません</translation></message>
<message><source>Install it, then resume</source><translation>インストールしてから再開してください</translation></message>
<message><source>Server's host key is not known yet</source><translation>サーバーのホスト鍵がまだ知られていません</translation></message>
<message><source>Look at it, and trust it if it is the server's</source><translation>鍵を確かめ、サーバーのものであれば信頼してください</translation></message>
<message><source>Server's host key has changed</source><translation>サーバーのホスト鍵が変わりました</translation></message>
<message><source>Ask who runs the server before you trust the new one</source><translation>新しい鍵を信頼する前に、サーバーの管理者に確かめてください</translation></message>
<message><source>Secure connection failed</source><translation>安全な接続を確立できませんでした</translation></message>
<message><source>This is not a web server</source><translation>Web サーバーではありません</translation></message>
<message><source>Check the address</source><translation>アドレスを確認してください</translation></message>
<message><source>Server sends us round in circles</source><translation>サーバーの転送が循環しています</translation></message>
<message><source>Copy a fresh link</source><translation>新しいリンクをコピーしてください</translation></message>
<message><source>Server sends us to an unsafe address</source><translation>サーバーが安全でないアドレスへ転送しています</translation></message>
<message><source>Ask for a secure link</source><translation>安全なリンクを入手してください</translation></message>
<message><source>File arrived cut short</source><translation>ファイルが途中で途切れました</translation></message>
<message><source>Resume to fetch the rest</source><translation>再開すると残りを取得します</translation></message>
<message><source>Server never finished its answer</source><translation>サーバーの応答が最後まで届きませんでした</translation></message>
<message><source>Server sends next to nothing</source><translation>サーバーからほとんど送信されません</translation></message>
<message><source>Resume to try once more</source><translation>再開してもう一度お試しください</translation></message>
<message><source>Server leads into a private network</source><translation>サーバーがプライベートネットワークへ転送しています</translation></message>
<message><source>Allow it only if the private address is yours</source><translation>自分のプライベートアドレスの場合のみ許可してください</translation></message>
<message><source>Server has no such file</source><translation>サーバーにファイルがありません</translation></message>
<message><source>Access refused</source><translation>アクセスが拒否されました</translation></message>
<message><source>File is gone from the server</source><translation>ファイルはサーバーから削除されました</translation></message>
<message><source>Look for another source</source><translation>別の入手先を探してください</translation></message>
<message><source>Server asks for a login</source><translation>サーバーがログインを求めています</translation></message>
<message><source>Log in here, or with a browser</source><translation>ここ、またはブラウザーでログインしてください</translation></message>
<message><source>Proxy asks for a login</source><translation>プロキシがログインを求めています</translation></message>
<message><source>Log in here</source><translation>ここでログインしてください</translation></message>
<message><source>Windows login needed</source><translation>Windows ログインが必要です</translation></message>
<message><source>Install what it needs, then log in</source><translation>必要なものをインストールしてからログイン</translation></message>
<message><source>No usable Kerberos ticket</source><translation>使える Kerberos チケットがありません</translation></message>
<message><source>Get a ticket (kinit) and resume, or log in here</source><translation>チケットを取得 (kinit) して再開、またはここでログイン</translation></message>
<message><source>Proxy cannot be reached</source><translation>プロキシに接続できません</translation></message>
<message><source>Check your proxy settings</source><translation>プロキシの設定を確認してください</translation></message>
<message><source>Proxy does not let this address through</source><translation>プロキシがこのアドレスを通しません</translation></message>
<message><source>Server asked us to wait</source><translation>サーバーから待つよう求められました</translation></message>
<message><source>Server is too busy</source><translation>サーバーが混雑しています</translation></message>
<message><source>Server has a fault</source><translation>サーバーに障害があります</translation></message>
<message><source>Server refuses the request</source><translation>サーバーがリクエストを拒否しました</translation></message>
<message><source>Server sent no file</source><translation>サーバーからファイルが送信されませんでした</translation></message>
<message><source>Server does not go on where we stopped</source><translation>サーバーが続きから送信しません</translation></message>
<message><source>Server's answer makes no sense</source><translation>サーバーの応答が不正です</translation></message>
<message><source>A web page came instead of the file</source><translation>ファイルではなく Web ページが届きました</translation></message>
<message><source>Log in with a browser, or copy a fresh link</source><translation>ブラウザーでログインするか、新しいリンクをコピーしてください</translation></message>
<message><source>It unpacks to far too much</source><translation>展開後のサイズが大きすぎます</translation></message>
<message><source>Allow it only if you trust the server</source><translation>サーバーを信頼できる場合のみ許可してください</translation></message>
<message><source>Content ends before its own end</source><translation>内容が途中で終わっています</translation></message>
<message><source>Resume to fetch it anew</source><translation>再開すると最初から取得し直します</translation></message>
<message><source>Disk is full</source><translation>ディスクがいっぱいです</translation></message>
<message><source>Free space, then resume</source><translation>空き容量を増やしてから再開してください</translation></message>
<message><source>Folder may not be written to</source><translation>フォルダーに書き込めません</translation></message>
<message><source>Choose another folder</source><translation>別のフォルダーを選択してください</translation></message>
<message><source>Folder is missing</source><translation>フォルダーがありません</translation></message>
<message><source>Bring it back, then resume</source><translation>元に戻してから再開してください</translation></message>
<message><source>A file of that name is there already</source><translation>同じ名前のファイルが既にあります</translation></message>
<message><source>Move it away, then resume</source><translation>別の場所へ移してから再開してください</translation></message>
<message><source>Disk reports an error</source><translation>ディスクでエラーが発生しました</translation></message>
<message><source>Check the disk, then resume</source><translation>ディスクを確認してから再開してください</translation></message>
<message><source>Unfinished file was changed</source><translation>未完了のファイルが変更されています</translation></message>
<message><source>File is too large for this disk</source><translation>ファイルが大きすぎてこのディスクに保存できません</translation></message>
<message><source>Choose another disk</source><translation>別のディスクを選択してください</translation></message>
<message><source>The disk of the unfinished file is gone</source><translation>未完了のファイルがあるディスクが見つかりません</translation></message>
<message><source>File cannot be moved to the trash</source><translation>ファイルをゴミ箱に移動できません</translation></message>
<message><source>It stays where it is; delete it by hand</source><translation>元の場所に残ります。手動で削除してください</translation></message>
<message><source>The list of downloads was damaged</source><translation>ダウンロードの一覧が壊れていました</translation></message>
<message><source>An earlier copy is used; the damaged one is kept</source><translation>以前のコピーを使います。壊れた一覧は残してあります</translation></message>
<message><source>Too many files are open</source><translation>開いているファイルが多すぎます</translation></message>
<message><source>Resume when other downloads are done</source><translation>ほかのダウンロードが終わってから再開してください</translation></message>
<message><source>Checksum does not match</source><translation>チェックサムが一致しません</translation></message>
<message><source>Do not trust it; look for another source</source><translation>使用せずに、別の入手先を探してください</translation></message>
<message><source>Size is not what the server said</source><translation>サイズがサーバーの通知と異なります</translation></message>
<message><source>Its addresses lead to different files</source><translation>アドレスごとに異なるファイルが届きます</translation></message>
<message><source>Keep the one you trust</source><translation>信頼できるものだけを残してください</translation></message>
<message><source>The other program's file cannot be continued</source><translation>ほかのプログラムのファイルは続行できません</translation></message>
<message><source>Resume to fetch all of it; that file stays where it is</source><translation>再開するとすべて取得します。そのファイルはそのまま残ります</translation></message>
<message><source>Another program still writes to the file</source><translation>ほかのプログラムがまだ書き込んでいます</translation></message>
<message><source>End the download there, then resume</source><translation>そちらのダウンロードを終了してから再開してください</translation></message>
<message><source>Headrace made a mistake</source><translation>Headrace に不具合が発生しました</translation></message>
<message><source>Resume to try again, and please report it</source><translation>再開してもう一度試し、不具合をご報告ください</translation></message>
<message><source>Its login or headers are no longer known</source><translation>ログイン情報またはヘッダーが失われています</translation></message>
<message><source>Add it again with them</source><translation>それらを付けて追加し直してください</translation></message>
<message><source>Its cookies are no longer known</source><translation>Cookie がわからなくなりました</translation></message>
<message><source>Give them again, then it goes on</source><translation>もう一度指定すると続行します</translation></message>
</context>
<context>
<name>Folder</name>
<message><source>Folder to save to</source><translation>保存先フォルダー</translation></message>
<message><source>As the rules say</source><translation>ルールに従う</translation></message>
<message><source>Other folders</source><translation>ほかのフォルダー</translation></message>
<message><source>Other folders (Alt+Down)</source><translation>ほかのフォルダー (Alt+Down)</translation></message>
<message><source>Browse…</source><translation>参照…</translation></message>
<message><source>Write a whole path</source><translation>完全なパスを入力してください</translation></message>
<message><source>{size} too little room</source><translation>空きが {size} 不足しています</translation></message>
<message><source>{size} free</source><translation>空き {size}</translation></message>
<message><source>will be made · {size} free</source><translation>新規作成 · 空き {size}</translation></message>
<message><source>Save downloads to</source><translation>ダウンロードの保存先</translation></message>
</context>
<context>
<name>HandOver</name>
<message><source>Magnet links are for a torrent client</source><translation>マグネットリンクはトレントクライアント用です</translation></message>
<message><source>Open there</source><translation>そちらで開く</translation></message>
<message><source>The system has no program for magnet links</source><translation>マグネットリンクを開くプログラムがシステムにありません</translation></message>
<message><source>This page needs yt-dlp, which is not installed. Install it and try again.</source><translation>このページには yt-dlp が必要ですが、インストールされていません。インストールしてから再試行してください。</translation></message>
<message><source>yt-dlp fetches it to {folder}; Headrace does not follow how far it is</source><translation>yt-dlp が {folder} に取得します。進み具合は Headrace には表示されません</translation></message>
<message><source>yt-dlp could not be started</source><translation>yt-dlp を起動できませんでした</translation></message>
</context>
<context>
<name>History</name>
<message><source>Clear history</source><translation>履歴を消去</translation></message>
<message><source>Clear</source><translation>消去</translation></message>
<message><source>What is cleared cannot be brought back. Files and the list stay, and so does how much came on which day.</source><translation>消去したものは元に戻せません。ファイルとリスト、日ごとの受信量は残ります。</translation></message>
<message><source>&amp;What</source><translation>対象(&amp;W)</translation></message>
<message numerus="yes"><source>What is older than %Ln day(s)</source><translation><numerusform>%Ln 日より古いもの</numerusform></translation></message>
<message><source>All from {host}</source><translation>{host} のすべて</translation></message>
<message><source>All of it</source><translation>すべて</translation></message>
<message><source>How much came</source><translation>受信量</translation></message>
<message><source>at most {size}</source><translation>最大 {size}</translation></message>
<message numerus="yes"><source>%Ln file(s) finished</source><translation><numerusform>%Ln 個のファイルが完了</numerusform></translation></message>
<message><source>Days</source><translation>日</translation></message>
<message><source>Weeks</source><translation>週</translation></message>
<message><source>Months</source><translation>月</translation></message>
<message><source>Hosts</source><translation>ホスト</translation></message>
<message><source>Files</source><translation>ファイル数</translation></message>
<message><source>Size</source><translation>サイズ</translation></message>
<message><source>Average speed</source><translation>平均速度</translation></message>
<message><source>Figures</source><translation>統計</translation></message>
<message numerus="yes"><source>%Ln download(s) forgotten</source><translation><numerusform>%Ln 件のダウンロードを消去しました</numerusform></translation></message>
<message><source>The history stays as it is: {why}</source><translation>履歴は変更されていません: {why}</translation></message>
<message><source>Export the history</source><translation>履歴を書き出す</translation></message>
<message><source>Table (*.csv)</source><translation>表 (*.csv)</translation></message>
<message><source>JSON (*.json)</source><translation>JSON (*.json)</translation></message>
<message><source>The history is in {name}</source><translation>履歴を {name} に書き出しました</translation></message>
<message><source>History</source><translation>履歴</translation></message>
<message><source>Downloads</source><translation>ダウンロード</translation></message>
<message><source>&amp;Download again</source><translation>再ダウンロード(&amp;D)</translation></message>
<message><source>&amp;More</source><translation>その他(&amp;M)</translation></message>
<message><source>All</source><translation>すべて</translation></message>
<message><source>Finished</source><translation>完了</translation></message>
<message><source>Failed</source><translation>失敗</translation></message>
<message><source>Removed unfinished</source><translation>未完了で削除</translation></message>
<message><source>How it ended</source><translation>結果</translation></message>
<message><source>Nothing that was remembered is like that</source><translation>履歴に該当するものはありません</translation></message>
<message><source>Nothing is remembered: the settings say so, page “Downloads”</source><translation>何も記録されません。設定の「ダウンロード」ページでそう指定されています</translation></message>
<message><source>Nothing has ended yet. What finishes or fails will be found here.</source><translation>終了したものはまだありません。完了または失敗したものがここに表示されます。</translation></message>
<message><source>A part of the address was secret and is not kept</source><translation>アドレスの一部は秘密のため保存されていません</translation></message>
<message><source>&amp;Open</source><translation>開く(&amp;O)</translation></message>
<message><source>Show in &amp;folder</source><translation>フォルダーで表示(&amp;F)</translation></message>
<message><source>&amp;Copy address</source><translation>アドレスをコピー(&amp;C)</translation></message>
<message><source>Find all from this &amp;host</source><translation>このホストのものをすべて検索(&amp;H)</translation></message>
<message><source>D&amp;elete from history</source><translation>履歴から削除(&amp;E)</translation></message>
<message><source>&amp;Export…</source><translation>書き出す(&amp;E)…</translation></message>
<message><source>&amp;Clear history…</source><translation>履歴を消去(&amp;C)…</translation></message>
<message><source>Name</source><translation>名前</translation></message>
<message><source>Ended</source><translation>終了</translation></message>
<message><source>Speed</source><translation>速度</translation></message>
<message><source>Host</source><translation>ホスト</translation></message>
<message><source>Redirected to {host}</source><translation>{host} へリダイレクト</translation></message>
<message><source>{size} in {time}</source><translation>{time}で {size}</translation></message>
<message><source>Proven by {checksum}</source><translation>{checksum} で検証済み</translation></message>
<message><source>{speed} on average</source><translation>平均 {speed}</translation></message>
<message><source>Week from {day}</source><translation>{day} からの週</translation></message>
</context>
<context>
<name>Hosts</name>
<message><source>As usual</source><translation>通常どおり</translation></message>
<message><source>Text of your own</source><translation>独自のテキスト</translation></message>
<message><source>User agent</source><translation>ユーザーエージェント</translation></message>
<message><source>Text of the user agent</source><translation>ユーザーエージェントのテキスト</translation></message>
<message><source>Nothing was learnt of it yet.</source><translation>まだ何も学習していません。</translation></message>
<message><source>Forget</source><translation>忘れる</translation></message>
<message><source>Forget what was learnt</source><translation>学習した内容を忘れる</translation></message>
<message><source>Log in…</source><translation>ログイン…</translation></message>
<message><source>Forget the login</source><translation>ログインを忘れる</translation></message>
<message><source>Logins belong to single hosts; there is none for all below one.</source><translation>ログインは個々のホストのものです。下位のすべてのホストに共通のものはありません。</translation></message>
<message><source>No login for {place}.</source><translation>{place} のログインはありません。</translation></message>
<message><source>A token for {place} is there.</source><translation>{place} のトークンがあります。</translation></message>
<message><source>Logged in at {place} as {user}.</source><translation>{place} に {user} としてログインしています。</translation></message>
<message><source>The keyring did not forget the login.</source><translation>キーリングがログインを忘れていません。</translation></message>
<message><source>Host</source><translation>ホスト</translation></message>
<message><source>Rule</source><translation>ルール</translation></message>
<message><source>Learnt</source><translation>学習した内容</translation></message>
<message><source>Last seen</source><translation>最終確認</translation></message>
<message><source>nothing</source><translation>なし</translation></message>
<message><source>Rules for a host</source><translation>ホストのルール</translation></message>
<message><source>Apply</source><translation>適用</translation></message>
<message><source>As in the settings</source><translation>設定に従う</translation></message>
<message><source>No limit</source><translation>制限なし</translation></message>
<message><source>None</source><translation>なし</translation></message>
<message><source> s</source><translation> 秒</translation></message>
<message><source>&amp;Host</source><translation>ホスト(&amp;H)</translation></message>
<message><source>&amp;Connections in all, at most</source><translation>接続数の合計の上限(&amp;C)</translation></message>
<message><source>Of &amp;one download, at most</source><translation>1 ダウンロードの上限(&amp;O)</translation></message>
<message><source>Speed &amp;limit in all</source><translation>合計の速度制限(&amp;L)</translation></message>
<message><source>&amp;Pause between requests</source><translation>リクエストの間隔(&amp;P)</translation></message>
<message><source>&amp;User agent</source><translation>ユーザーエージェント(&amp;U)</translation></message>
<message><source>Lo&amp;gging in</source><translation>ログイン方法(&amp;G)</translation></message>
<message><source>Further request h&amp;eaders, one a line</source><translation>その他のリクエストヘッダー (1 行に 1 つ)(&amp;E)</translation></message>
<message><source>&amp;Referrer, the page links are on</source><translation>リファラー、リンクのあるページ(&amp;R)</translation></message>
<message><source>Pro&amp;xy</source><translation>プロキシ(&amp;X)</translation></message>
<message><source>&amp;Fetch files from the beginning only, without ranges</source><translation>範囲指定を使わず、ファイルを先頭からのみ取得(&amp;F)</translation></message>
<message><source>Ask by HTTP/&amp;2, all requests over one connection</source><translation>HTTP/&amp;2 で要求し、すべての要求を 1 つの接続で送る</translation></message>
<message><source>*.example.org holds for all hosts below example.org as well.</source><translation>*.example.org は example.org の下位のすべてのホストにも適用されます。</translation></message>
<message><source>HTTP/2 needs an extra: {command}</source><translation>HTTP/2 には追加コンポーネントが必要です: {command}</translation></message>
<message><source>There is a rule for {host} already.</source><translation>{host} のルールはすでにあります。</translation></message>
<message><source>Write a host such as example.org, *.example.org or nas.lan:8080.</source><translation>example.org、*.example.org、nas.lan:8080 のようなホストを入力してください。</translation></message>
<message><source>A user agent is one line of plain letters.</source><translation>ユーザーエージェントは基本的な文字からなる 1 行です。</translation></message>
<message><source>Write the referrer as https://example.org/page, without a login.</source><translation>リファラーは https://example.org/page の形式で、ログイン情報なしで入力してください。</translation></message>
<message><source>This value cannot be used.</source><translation>この値は使用できません。</translation></message>
<message><source>{name} may carry a secret, and rules are kept in clear. Logins belong to “Log in…”, cookies to the cookies.txt of the settings, others to the headers of a download.</source><translation>{name} には秘密の情報が含まれる可能性があり、ルールは暗号化されずに保存されます。ログインは「ログイン…」、Cookie は設定の cookies.txt、その他はダウンロードのヘッダーに入れてください。</translation></message>
<message><source>Hosts</source><translation>ホスト</translation></message>
<message><source>No host has a rule, and nothing was learnt of any yet</source><translation>ルールのあるホストも、学習した内容もまだありません</translation></message>
<message><source>No host is found</source><translation>ホストが見つかりません</translation></message>
<message><source>Search hosts</source><translation>ホストを検索</translation></message>
<message><source>What you want of single servers, and what was learnt of them. The most specific rule holds.</source><translation>個々のサーバーについての希望と、学習した内容です。最も具体的なルールが適用されます。</translation></message>
<message><source>&amp;Add rule…</source><translation>ルールを追加(&amp;A)…</translation></message>
<message><source>&amp;Edit rule…</source><translation>ルールを編集(&amp;E)…</translation></message>
<message><source>&amp;Remove rule</source><translation>ルールを削除(&amp;R)</translation></message>
<message><source>&amp;Forget what was learnt</source><translation>学習した内容を忘れる(&amp;F)</translation></message>
<message><source>Forget a&amp;ll of it</source><translation>すべて忘れる(&amp;L)</translation></message>
<message><source>Close</source><translation>閉じる</translation></message>
<message><source>Undo</source><translation>元に戻す</translation></message>
<message><source>The rule for {host} is removed.</source><translation>{host} のルールを削除しました。</translation></message>
<message><source>What was learnt of {host} is forgotten.</source><translation>{host} について学習した内容を忘れました。</translation></message>
<message numerus="yes"><source>What was learnt of %Ln host(s) is forgotten.</source><translation><numerusform>%Ln 件のホストについて学習した内容を忘れました。</numerusform></translation></message>
<message><source>directly</source><translation>直接接続</translation></message>
<message><source>as the system does</source><translation>システムと同じ</translation></message>
<message><source>as the environment says</source><translation>環境変数に従う</translation></message>
<message><source>By my Kerberos ticket</source><translation>自分の Kerberos チケットで</translation></message>
<message><source>By password, readably (Basic)</source><translation>パスワードを平文で (Basic)</translation></message>
<message><source>Holds for {host} and all hosts below it, together.</source><translation>{host} とその下位のすべてのホストに、まとめて適用されます。</translation></message>
<message><source>Holds for {host} alone.</source><translation>{host} だけに適用されます。</translation></message>
<message><source>nothing special</source><translation>特になし</translation></message>
<message><source>as {host}</source><translation>{host} と同じ</translation></message>
<message numerus="yes"><source>%Ln connection(s)</source><translation><numerusform>%Ln 接続</numerusform></translation></message>
<message numerus="yes"><source>%Ln per download</source><translation><numerusform>ダウンロードごとに %Ln</numerusform></translation></message>
<message><source>pause of {seconds} s</source><translation>間隔 {seconds} 秒</translation></message>
<message><source>referrer</source><translation>リファラー</translation></message>
<message numerus="yes"><source>%Ln header(s)</source><translation><numerusform>ヘッダー %Ln 件</numerusform></translation></message>
<message><source>by {proxy}</source><translation>{proxy} 経由</translation></message>
<message><source>no ranges</source><translation>範囲指定なし</translation></message>
<message numerus="yes"><source>%Ln connection(s) helped a download</source><translation><numerusform>%Ln 接続がダウンロードに役立ちました</numerusform></translation></message>
<message numerus="yes"><source>bore %Ln connection(s) when it refused more</source><translation><numerusform>それ以上を拒否したとき %Ln 接続まで受け入れました</numerusform></translation></message>
<message><source>its tags change although files do not</source><translation>ファイルが同じでもタグが変わります</translation></message>
<message><source>answered a range wrongly ({when})</source><translation>範囲指定に誤った応答をしました ({when})</translation></message>
<message><source>asks to be left alone for {time}</source><translation>{time} 控えるよう求めています</translation></message>
<message><source>asked to be left alone until {when}</source><translation>{when} まで控えるよう求めました</translation></message>
</context>
<context>
<name>Hours</name>
<message><source>Hours of the week</source><translation>週の時間帯</translation></message>
<message><source>marked</source><translation>選択済み</translation></message>
<message><source>not marked</source><translation>未選択</translation></message>
</context>
<context>
<name>Limit</name>
<message><source>Speed limit</source><translation>速度制限</translation></message>
<message><source>Limit</source><translation>制限</translation></message>
<message><source>All downloads together take at most</source><translation>すべてのダウンロードを合わせた上限</translation></message>
<message><source>Speed limit in megabytes per second</source><translation>速度制限 (MB/秒)</translation></message>
<message><source> MB/s</source><translation> MB/s</translation></message>
</context>
<context>
<name>List</name>
<message><source>High</source><translation>高</translation></message>
<message><source>Normal</source><translation>標準</translation></message>
<message><source>Low</source><translation>低</translation></message>
<message><source>Main queue</source><translation>メインキュー</translation></message>
<message><source>{checksum} verified</source><translation>{checksum} で検証済み</translation></message>
<message><source>{checksum} expected</source><translation>{checksum} で検証予定</translation></message>
<message><source>Name</source><translation>名前</translation></message>
<message><source>Progress</source><translation>進行状況</translation></message>
<message><source>Size</source><translation>サイズ</translation></message>
<message><source>Speed</source><translation>速度</translation></message>
<message><source>Time left</source><translation>残り時間</translation></message>
<message><source>Added</source><translation>追加日時</translation></message>
<message><source>Finished</source><translation>完了日時</translation></message>
<message><source>Host</source><translation>ホスト</translation></message>
<message><source>Folder</source><translation>フォルダー</translation></message>
<message><source>Category</source><translation>カテゴリ</translation></message>
<message><source>Queue</source><translation>キュー</translation></message>
<message><source>Priority</source><translation>優先度</translation></message>
<message><source>Average speed</source><translation>平均速度</translation></message>
<message><source>Connections</source><translation>接続</translation></message>
<message><source>Checksum</source><translation>チェックサム</translation></message>
<message><source>Limit</source><translation>制限</translation></message>
<message><source>{first}. {second}</source><extracomment>The two lines of the empty list, for screen readers</extracomment><translation>{first}。{second}</translation></message>
<message><source>Which downloads to show</source><translation>表示するダウンロード</translation></message>
<message><source>Release queue</source><translation>キューの保留を解除</translation></message>
<message><source>Hold queue</source><translation>キューを保留</translation></message>
<message><source>Queue options…</source><translation>キューのオプション…</translation></message>
<message><source>Rename queue…</source><translation>キューの名前を変更…</translation></message>
<message><source>Remove queue</source><translation>キューを削除</translation></message>
<message><source>Change categories…</source><translation>カテゴリを変更…</translation></message>
<message><source>Add queue…</source><translation>キューを追加…</translation></message>
<message><source>Columns</source><translation>列</translation></message>
<message><source>Show all</source><translation>すべて表示</translation></message>
<message><source>Fit to content</source><translation>内容に合わせる</translation></message>
<message><source>Usual columns</source><translation>既定の列</translation></message>
<message><source>Sort by</source><translation>並べ替え</translation></message>
<message><source>Sort in queue order</source><translation>キュー順に並べ替え</translation></message>
<message><source>Pause</source><translation>一時停止</translation></message>
<message><source>Resume</source><translation>再開</translation></message>
<message><source>Try again</source><translation>再試行</translation></message>
<message><source>Try now</source><translation>今すぐ再試行</translation></message>
<message><source>Paste a new link</source><translation>新しいリンクを貼り付け</translation></message>
<message><source>Log in</source><translation>ログイン</translation></message>
<message><source>Show the certificate</source><translation>証明書を表示</translation></message>
<message><source>Give its cookies again</source><translation>Cookie をもう一度指定</translation></message>
<message><source>Show the host key</source><translation>ホスト鍵を表示</translation></message>
<message><source>End recording and keep it</source><translation>記録を終了して保存</translation></message>
<message><source>Open</source><translation>開く</translation></message>
<message><source>Download again</source><translation>再ダウンロード</translation></message>
<message><source>Show in folder</source><translation>フォルダーで表示</translation></message>
<message><source>Sort in queue order to arrange rows by dragging</source><translation>ドラッグで並べ替えるには、キュー順に並べ替えてください</translation></message>
<message><source>Categories</source><translation>カテゴリ</translation></message>
<message><source>Queues</source><translation>キュー</translation></message>
<message><source>Watched</source><translation>監視中</translation></message>
<message><source>{section}, folded</source><translation>{section}、折りたたみ</translation></message>
<message><source>{section}, open</source><translation>{section}、展開</translation></message>
<message><source>{group}, held, {downloads}</source><translation>{group}、保留中、{downloads}</translation></message>
<message><source>{group}, {downloads}: {why}</source><extracomment>What a line of the sidebar says, such as "Night, 3 downloads: Waiting for the hours of its queue"</extracomment><translation>{group}、{downloads}: {why}</translation></message>
<message><source>{group}, {downloads}</source><extracomment>What a line of the sidebar says, such as "Paused, 3 downloads"</extracomment><translation>{group}、{downloads}</translation></message>
<message><source>Click to sort, Shift+click to sort by several columns</source><translation>クリックで並べ替え、Shift+クリックで複数の列で並べ替え</translation></message>
<message><source>{column}, sorted downwards</source><translation>{column}、降順</translation></message>
<message><source>{column}, sorted upwards</source><translation>{column}、昇順</translation></message>
<message><source>Downloads</source><translation>ダウンロード</translation></message>
</context>
<context>
<name>Lists</name>
<message><source>{name} could not be written: {why}</source><translation>{name} に書き込めませんでした: {why}</translation></message>
<message><source>Lists ({endings})</source><translation>リスト ({endings})</translation></message>
<message><source>Open lists</source><translation>リストを開く</translation></message>
<message><source>All files (*)</source><translation>すべてのファイル (*)</translation></message>
<message><source>Export the list</source><translation>リストを書き出す</translation></message>
<message><source>Unfinished files ({endings})</source><translation>未完了のファイル ({endings})</translation></message>
<message><source>Take over an unfinished file</source><translation>未完了のファイルを引き継ぐ</translation></message>
<message numerus="yes"><source>%Ln download(s) exported to {name}</source><translation><numerusform>%Ln 件のダウンロードを {name} に書き出しました</numerusform></translation></message>
<message><source>The file cannot be read</source><translation>ファイルを読み取れません</translation></message>
</context>
<context>
<name>Live</name>
<message><source>Lines of the file</source><translation>ファイルの行</translation></message>
<message><source>The expression takes too long on some lines; find a simpler one</source><translation>この式は一部の行で時間がかかりすぎるため、より単純な式にしてください</translation></message>
<message><source>Paused</source><translation>一時停止中</translation></message>
<message><source>To the end</source><translation>末尾へ</translation></message>
<message><source>Show anyway</source><translation>それでも表示</translation></message>
<message><source>Not a regular expression, at character {place}: {what}</source><translation>正規表現の {place} 文字目に誤りがあります: {what}</translation></message>
<message><source>Find in the lines</source><translation>行を検索</translation></message>
<message><source>Aa</source><extracomment>A button that tells capital letters from small ones</extracomment><translation>Aa</translation></message>
<message><source>Match case</source><extracomment>A button that tells capital letters from small ones</extracomment><translation>大文字と小文字を区別</translation></message>
<message><source>Regular expression</source><extracomment>A button that tells capital letters from small ones</extracomment><translation>正規表現</translation></message>
<message><source>Only matching lines</source><extracomment>A button that tells capital letters from small ones</extracomment><translation>一致する行のみ</translation></message>
<message><source>Show only matching lines</source><extracomment>A button that tells capital letters from small ones</extracomment><translation>一致する行のみ表示</translation></message>
<message><source>Show from the beginning</source><translation>先頭から表示</translation></message>
<message><source>Wrap long lines</source><translation>長い行を折り返す</translation></message>
<message><source>Clear the view</source><translation>表示を消去</translation></message>
<message><source>Automatic</source><translation>自動</translation></message>
<message><source>Stop saving</source><translation>保存を停止</translation></message>
<message><source>Save matches as…</source><translation>一致する行を保存…</translation></message>
<message><source>Save all matching lines of the file so far as…</source><translation>これまでの一致する行をすべて保存…</translation></message>
<message><source>Go on showing new lines</source><translation>新しい行の表示を再開</translation></message>
<message><source>Pause the view</source><translation>表示を一時停止</translation></message>
<message><source>Encoding: {name}</source><translation>文字コード: {name}</translation></message>
<message><source>Encoding: automatic, {name}</source><translation>文字コード: 自動 ({name})</translation></message>
<message><source>{name} matches.txt</source><translation>{name} 一致行.txt</translation></message>
<message><source>Save matches</source><translation>一致する行を保存</translation></message>
<message><source>Saving to {name}…</source><translation>{name} に保存中…</translation></message>
<message><source>{name} is the download itself; choose another name</source><translation>「{name}」はダウンロードそのもののため、別の名前を選択してください</translation></message>
<message><source>{name} could not be saved</source><translation>「{name}」を保存できませんでした</translation></message>
<message><source>Nothing was saved</source><translation>何も保存されませんでした</translation></message>
<message numerus="yes"><source>%Ln line(s) saved to {name}</source><translation><numerusform>%Ln 行を「{name}」に保存しました</numerusform></translation></message>
<message><source>{size} before this are not shown</source><translation>これより前の {size} は表示していません</translation></message>
<message><source>{size} came too fast to be shown</source><translation>受信が速すぎるため、{size} を表示できませんでした</translation></message>
<message><source>The file was begun anew</source><translation>ファイルは最初から取得し直されました</translation></message>
<message><source>The recording goes on in the next file</source><translation>記録は次のファイルに続きます</translation></message>
<message><source>Unicode (UTF-8)</source><translation>Unicode (UTF-8)</translation></message>
<message><source>Unicode (UTF-16)</source><translation>Unicode (UTF-16)</translation></message>
<message><source>Western European (Windows-1252)</source><translation>西ヨーロッパ言語 (Windows-1252)</translation></message>
<message><source>Western European (ISO-8859-15)</source><translation>西ヨーロッパ言語 (ISO-8859-15)</translation></message>
<message><source>Central European (Windows-1250)</source><translation>中央ヨーロッパ言語 (Windows-1250)</translation></message>
<message><source>Cyrillic (Windows-1251)</source><translation>キリル文字 (Windows-1251)</translation></message>
<message><source>Cyrillic (KOI8-R)</source><translation>キリル文字 (KOI8-R)</translation></message>
<message><source>Greek (Windows-1253)</source><translation>ギリシャ語 (Windows-1253)</translation></message>
<message><source>Turkish (Windows-1254)</source><translation>トルコ語 (Windows-1254)</translation></message>
<message><source>Hebrew (Windows-1255)</source><translation>ヘブライ語 (Windows-1255)</translation></message>
<message><source>Arabic (Windows-1256)</source><translation>アラビア語 (Windows-1256)</translation></message>
<message><source>Japanese (Shift JIS)</source><translation>日本語 (シフト JIS)</translation></message>
<message><source>Japanese (EUC-JP)</source><translation>日本語 (EUC-JP)</translation></message>
<message><source>Simplified Chinese (GB18030)</source><translation>簡体字中国語 (GB18030)</translation></message>
<message><source>Traditional Chinese (Big5)</source><translation>繁体字中国語 (Big5)</translation></message>
<message><source>Korean (EUC-KR)</source><translation>韓国語 (EUC-KR)</translation></message>
<message><source>The file is not there</source><translation>ファイルがありません</translation></message>
<message><source>This file is not text</source><translation>テキストファイルではありません</translation></message>
<message><source>Waiting for the next line</source><translation>次の行を待っています</translation></message>
<message><source>There is no line to show</source><translation>表示する行がありません</translation></message>
<message><source>The file cannot be read</source><translation>ファイルを読み込めません</translation></message>
<message numerus="yes"><source>%Ln line(s)</source><translation><numerusform>%Ln 行</numerusform></translation></message>
<message numerus="yes"><source>%Ln new line(s)</source><translation><numerusform>新しい行 %Ln 行</numerusform></translation></message>
<message numerus="yes"><source>%Ln matching line(s)</source><translation><numerusform>一致 %Ln 行</numerusform></translation></message>
<message><source>Choose a download to see its text as it arrives</source><translation>ダウンロードを選択すると、届いたテキストが順に表示されます</translation></message>
<message><source>Nothing has arrived yet</source><translation>まだ何も届いていません</translation></message>
<message><source>No line matches</source><translation>一致する行がありません</translation></message>
</context>
<context>
<name>Login</name>
<message><source>Log in</source><translation>ログイン</translation></message>
<message><source>&amp;Keep it in the system's keyring</source><translation>システムのキーリングに保存する(&amp;K)</translation></message>
<message><source>&amp;User name</source><translation>ユーザー名(&amp;U)</translation></message>
<message><source>&amp;Password, or token</source><translation>パスワードまたはトークン(&amp;P)</translation></message>
<message><source>The login before was refused.</source><translation>前のログインは拒否されました。</translation></message>
<message><source>Install this first, in a terminal</source><translation>先にターミナルでこれをインストール</translation></message>
<message><source>Type a name and a password, or a token.</source><translation>名前とパスワード、またはトークンを入力してください。</translation></message>
<message><source>There are too many rules for hosts.</source><translation>ホストのルールが多すぎます。</translation></message>
<message><source>The keyring does not keep the login; it is used until Headrace ends.</source><translation>キーリングはログインを保存しません。Headrace の終了まで使われます。</translation></message>
<message><source>The server {place} asks for a login.</source><translation>サーバー {place} がログインを求めています。</translation></message>
<message><source>A login for {place}, for all downloads from there.</source><translation>{place} のログインです。そこからのすべてのダウンロードに使われます。</translation></message>
<message><source>The proxy {place} asks for a login.</source><translation>プロキシ {place} がログインを求めています。</translation></message>
<message><source>Your Kerberos ticket could not be used: {why}.</source><translation>Kerberos チケットを使えませんでした: {why}。</translation></message>
<message numerus="yes"><source>%Ln download(s) wait for it.</source><translation><numerusform>%Ln 件のダウンロードが待っています。</numerusform></translation></message>
<message><source>Others on the way may read it, unless the server offers TLS.</source><translation>サーバーが TLS に対応していなければ、途中で読まれるおそれがあります。</translation></message>
<message><source>The connection is not encrypted: others on the way may read it.</source><translation>接続は暗号化されていません。途中で読まれるおそれがあります。</translation></message>
<message><source>Show my Kerberos &amp;ticket to {host}</source><translation>Kerberos チケットを {host} に提示する(&amp;T)</translation></message>
<message><source>Send the password &amp;readably (Basic), though safer ways are offered</source><translation>より安全な方法があっても、パスワードを平文で送る (Basic)(&amp;R)</translation></message>
</context>
<context>
<name>Names</name>
<message><source>Write a name.</source><translation>名前を入力してください。</translation></message>
<message><source>A name has no slashes. The folder is chosen apart from it.</source><translation>名前にスラッシュは使えません。フォルダーは別に選択してください。</translation></message>
<message><source>The name holds a character that cannot be seen.</source><translation>名前に表示できない文字が含まれています。</translation></message>
<message><source>A name cannot hold any of &lt; &gt; : " | ? *</source><translation>名前に &lt; &gt; : " | ? * は使えません</translation></message>
<message><source>A name cannot end with a dot or a space.</source><translation>名前の末尾にピリオドや空白は使えません。</translation></message>
<message><source>Windows keeps this name for itself. Put _ before it.</source><translation>Windows が予約している名前です。先頭に _ を付けてください。</translation></message>
<message><source>The name is too long. 255 bytes are the most a disk takes.</source><translation>名前が長すぎます。ディスクの上限は 255 バイトです。</translation></message>
</context>
<context>
<name>Notices</name>
<message><source>fetched anew: the file on the server had changed</source><translation>最初から再取得: サーバーのファイルが変更されたため</translation></message>
<message><source>fetched anew: the server cannot resume safely</source><translation>最初から再取得: サーバーが安全な再開に非対応のため</translation></message>
<message><source>fetched anew: the unfinished file was missing or changed</source><translation>最初から再取得: 未完了のファイルが消失または変更されたため</translation></message>
<message><source>length unknown</source><translation>サイズ不明</translation></message>
<message><source>skipped, a file of that name was there already</source><translation>同じ名前のファイルがあるためスキップ</translation></message>
<message><source>joins compared, the server names no version</source><translation>サーバーがバージョンを示さないため、継ぎ目を照合済み</translation></message>
<message><source>altered blocks on disk fetched again</source><translation>変更されていたディスク上のブロックを再取得</translation></message>
<message><source>saved as it came, though labelled compressed</source><translation>圧縮という表示に反し非圧縮のため、届いたまま保存</translation></message>
<message><source>the server calls it another kind of file</source><translation>サーバーは別の種類のファイルと通知</translation></message>
<message><source>misleading characters removed from the name</source><translation>紛らわしい文字を名前から除去</translation></message>
<message><source>checksum shows accidents, not forgeries</source><translation>このチェックサムでわかるのは破損のみで、改ざんは検出不可</translation></message>
<message><source>one address was given up</source><translation>1 つのアドレスを使用中止</translation></message>
<message><source>the disk cannot set room aside</source><translation>ディスクの領域を事前に確保できません</translation></message>
<message><source>the feed was interrupted</source><translation>配信が途切れました</translation></message>
<message><source>ended on request</source><translation>操作により終了</translation></message>
<message><source>not marked with its origin</source><translation>入手元の情報は未記録</translation></message>
<message><source>fetched anew: what another program had left was not right</source><translation>取得し直し: ほかのプログラムが残した内容が正しくありませんでした</translation></message>
<message><source>partly another program's, compared in samples</source><translation>一部はほかのプログラムのもの、抜き取りで比較</translation></message>
</context>
<context>
<name>Outcome</name>
<message><source>{name} is right, proved by {proof}</source><translation>「{name}」は正しいファイルです (検証: {proof})</translation></message>
<message><source>{name} has the right size; nothing more is known of it</source><translation>「{name}」のサイズは一致しますが、それ以外は確認できません</translation></message>
<message><source>{name} is not the file any more that was downloaded</source><translation>「{name}」はダウンロードした時のファイルと異なります</translation></message>
<message><source>{name} is no longer in {folder}</source><translation>「{name}」は「{folder}」にありません</translation></message>
<message><source>{name} cannot be read</source><translation>「{name}」を読み込めません</translation></message>
<message><source>Nothing is known of {name} to compare it with</source><translation>「{name}」と照合できる情報がありません</translation></message>
<message><source>{name} was not read to its end</source><translation>「{name}」の読み込みは途中で止まりました</translation></message>
<message><source>{name}: {what}. {advice}</source><translation>{name}: {what}。{advice}</translation></message>
<message><source>Renamed to {name}</source><translation>名前を「{name}」に変更しました</translation></message>
<message><source>{name} is in {folder} now</source><translation>「{name}」を「{folder}」へ移動しました</translation></message>
<message><source>{sentence}: it differs from byte {start} on</source><translation>{sentence} (バイト {start} 以降)</translation></message>
<message><source>the digests Headrace kept of it</source><translation>Headrace が保持しているハッシュ値</translation></message>
</context>
<context>
<name>Properties</name>
<message><source>As in the settings</source><translation>設定に従う</translation></message>
<message><source>Nothing</source><translation>何もしない</translation></message>
<message><source>Open it</source><translation>開く</translation></message>
<message><source>Extract it</source><translation>展開する</translation></message>
<message><source>Extract it and open the folder</source><translation>展開してフォルダーを開く</translation></message>
<message><source>Extract it, then the archive goes to the trash</source><translation>展開し、アーカイブをゴミ箱に移す</translation></message>
<message><source>Play a sound</source><translation>音を鳴らす</translation></message>
<message><source>When it is &amp;there</source><translation>完了したら(&amp;T)</translation></message>
<message><source>Write the proxy as http://proxy.example:3128, or “direct” for none.</source><translation>プロキシは http://proxy.example:3128 のように書きます。使わない場合は「direct」と書きます。</translation></message>
<message><source>Write each header as Name: value. Headrace itself sets Range, Host and the like.</source><translation>各ヘッダーは Name: value の形式で入力してください。Range や Host などは Headrace が設定します。</translation></message>
<message><source>High</source><translation>高</translation></message>
<message><source>Normal</source><translation>標準</translation></message>
<message><source>Low</source><translation>低</translation></message>
<message><source>Properties</source><translation>プロパティ</translation></message>
<message><source>Apply</source><translation>適用</translation></message>
<message><source>No limit of its own</source><translation>個別の制限なし</translation></message>
<message><source>By type</source><translation>種類に応じて</translation></message>
<message><source>Main queue</source><translation>メインキュー</translation></message>
<message><source>such as sha256:…</source><translation>例: sha256:…</translation></message>
<message><source>unchanged</source><translation>変更なし</translation></message>
<message><source>&amp;Category</source><translation>カテゴリ(&amp;C)</translation></message>
<message><source>C&amp;onnections at most</source><translation>最大接続数(&amp;O)</translation></message>
<message><source>Speed &amp;limit</source><translation>速度制限(&amp;L)</translation></message>
<message><source>&amp;Priority</source><translation>優先度(&amp;P)</translation></message>
<message><source>&amp;Queue</source><translation>キュー(&amp;Q)</translation></message>
<message><source>Expected c&amp;hecksum</source><translation>想定されるチェックサム(&amp;H)</translation></message>
<message><source>Pro&amp;xy</source><translation>プロキシ(&amp;X)</translation></message>
<message><source>Coo&amp;kies</source><translation>Cookie(&amp;K)</translation></message>
<message><source>&amp;Request headers, one a line</source><translation>リクエストヘッダー (1 行に 1 つ)(&amp;R)</translation></message>
<message><source>Various: left as they are</source><translation>複数の値: そのまま維持</translation></message>
<message><source>This is not a checksum. Write it as sha256: and 64 digits from 0 to f.</source><translation>チェックサムではありません。sha256: に続けて 0 〜 f の 64 桁を入力してください。</translation></message>
<message><source>This value cannot be used.</source><translation>この値は使用できません。</translation></message>
</context>
<context>
<name>Questions</name>
<message><source>Delete for good</source><translation>完全に削除</translation></message>
<message><source>What is deleted so does not go to the trash.</source><translation>この操作で削除したものはゴミ箱に入りません。</translation></message>
<message><source>Delete</source><translation>削除</translation></message>
<message><source>Cancel</source><translation>キャンセル</translation></message>
<message><source>Delete “{name}” for good?</source><translation>「{name}」を完全に削除しますか?</translation></message>
<message numerus="yes"><source>Delete %Ln download(s) with their files for good?</source><translation><numerusform>ダウンロード %Ln 件をファイルごと完全に削除しますか?</numerusform></translation></message>
<message><source>About Headrace</source><translation>Headrace について</translation></message>
<message><source>A download manager that proves every byte it writes.</source><translation>書き込むすべてのバイトを検証するダウンロードマネージャーです。</translation></message>
<message><source>Close</source><translation>閉じる</translation></message>
</context>
<context>
<name>Queues</name>
<message><source>Queue options</source><translation>キューのオプション</translation></message>
<message><source>Apply</source><translation>適用</translation></message>
<message><source>Speed &amp;limit</source><translation>速度制限(&amp;L)</translation></message>
<message><source>Downloads at &amp;once</source><translation>同時ダウンロード数(&amp;O)</translation></message>
<message><source>Starts downloads, and stops them &amp;after</source><translation>この時間帯に開始し、過ぎたら停止(&amp;A)</translation></message>
<message><source>&amp;Folder</source><translation>フォルダー(&amp;F)</translation></message>
<message><source>No limit of its own</source><translation>個別の制限なし</translation></message>
<message><source>As many as in all</source><translation>全体と同じ数</translation></message>
<message><source>The folder for downloads</source><translation>ダウンロード先フォルダー</translation></message>
<message><source>Hours</source><translation>時間帯</translation></message>
<message><source>Write the whole path of the folder, from the root.</source><translation>ルートから始まるフォルダーの完全なパスを入力してください。</translation></message>
<message><source>Name of the queue</source><translation>キューの名前</translation></message>
<message><source>Add queue</source><translation>キューを追加</translation></message>
<message><source>Rename queue</source><translation>キューの名前を変更</translation></message>
<message><source>Removed the queue {queue}</source><translation>キュー「{queue}」を削除しました</translation></message>
<message><source>Undo</source><translation>元に戻す</translation></message>
<message numerus="yes"><source>%Ln download(s) moved to {place}</source><translation><numerusform>ダウンロード %Ln 件を「{place}」へ移動しました</numerusform></translation></message>
</context>
<context>
<name>Readdress</name>
<message><source>Change address</source><translation>アドレスを変更</translation></message>
<message><source>Go on from there</source><translation>続きから取得</translation></message>
<message><source>New address of {name}</source><translation>「{name}」の新しいアドレス</translation></message>
<message><source>Open the server's page in the browser</source><translation>サーバーのページをブラウザーで開く</translation></message>
<message><source>This is not an address. It begins with https:// or http://.</source><translation>アドレスではありません。アドレスは https:// または http:// で始まります。</translation></message>
<message><source>This download runs or is done already, or another one has this address.</source><translation>このダウンロードは実行中か完了済みです。または、別のダウンロードがこのアドレスを使っています。</translation></message>
<message><source>Paste a fresh link to the same file.</source><translation>同じファイルへの新しいリンクを貼り付けてください。</translation></message>
<message><source>Paste a fresh link to the same file. The {size} that are here stay; they are compared with what the new address has before anything is added to them.</source><translation>同じファイルへの新しいリンクを貼り付けてください。受信済みの {size} は残り、新しいアドレスの内容と照合してから続きを追加します。</translation></message>
</context>
<context>
<name>Relocate</name>
<message><source>Move to another folder</source><translation>別のフォルダーへ移動</translation></message>
<message><source>Move</source><translation>移動</translation></message>
<message><source>What has arrived goes along, and downloads that run go on there.</source><translation>受信済みのデータも一緒に移動し、実行中のダウンロードは移動先で続きます。</translation></message>
<message><source>Write the whole path of a folder.</source><translation>フォルダーの完全なパスを入力してください。</translation></message>
<message><source>New folder of {what}</source><translation>移動先フォルダー ({what})</translation></message>
</context>
<context>
<name>Rename</name>
<message><source>Name of the file</source><translation>ファイルの名前</translation></message>
<message><source>This name cannot be used.</source><translation>この名前は使用できません。</translation></message>
<message><source>Rename</source><translation>名前の変更</translation></message>
</context>
<context>
<name>Rules</name>
<message><source>There is no {part}. There are {fields}.</source><translation>{part} はありません。使えるのは {fields} です。</translation></message>
<message><source>Behind a colon there is only the form of a date, such as {example}.</source><translation>コロンの後には日付の形式だけを書けます。例: {example}</translation></message>
<message><source>A brace is open, or there is one too many.</source><translation>波かっこが閉じていないか、1 つ多すぎます。</translation></message>
<message><source>{path} stands for several folders: write it alone between two slashes.</source><translation>{path} は複数のフォルダーを表します。2 つのスラッシュの間に単独で書いてください。</translation></message>
<message><source>Write a whole path, or folders below the one for downloads.</source><translation>完全なパスか、ダウンロード用フォルダーの中のフォルダーを書いてください。</translation></message>
<message><source>Not every system can have a folder called “{part}”.</source><translation>「{part}」という名前のフォルダーを作れないシステムがあります。</translation></message>
<message><source>{counter} numbers files, and can be no part of a folder.</source><translation>{counter} はファイルの番号です。フォルダーには使えません。</translation></message>
<message><source>A name holds no slashes. Folders belong into the field above.</source><translation>名前にスラッシュは使えません。フォルダーは上の欄に書いてください。</translation></message>
<message><source>Without a field such as {name} all files would have the same name.</source><translation>{name} のようなフィールドがないと、すべてのファイルが同じ名前になります。</translation></message>
<message><source>A regular expression has {number} characters at most.</source><translation>正規表現は {number} 文字までです。</translation></message>
<message><source>This is no regular expression: {part}</source><translation>正規表現ではありません: {part}</translation></message>
<message><source>There is a {part} already. Give the group another name.</source><translation>{part} は既にあります。グループに別の名前を付けてください。</translation></message>
<message><source>This expression may take too long. Let no two ways of a repeat fit the same text, as in {example}.</source><translation>この式は時間がかかりすぎるおそれがあります。{example} のように、繰り返しの中の 2 つの道が同じ文字列に一致しないようにしてください。</translation></message>
<message><source>Rule {number}</source><translation>ルール {number}</translation></message>
<message><source>everything</source><translation>すべて</translation></message>
<message><source>the folder for downloads</source><translation>ダウンロード用フォルダー</translation></message>
<message><source>{what} → {where}</source><translation>{what} → {where}</translation></message>
<message><source>Change {name}</source><translation>{name} を変更</translation></message>
<message><source>Remove {name}</source><translation>{name} を削除</translation></message>
<message><source>Endings</source><translation>拡張子</translation></message>
<message><source>Folder</source><translation>フォルダー</translation></message>
<message><source>{name} is removed.</source><translation>{name} を削除しました。</translation></message>
<message><source>Any</source><translation>すべて</translation></message>
<message><source>As it is</source><translation>そのまま</translation></message>
<message><source>Write a size such as 700M or 2GiB.</source><translation>700M や 2GiB のようにサイズを書いてください。</translation></message>
<message><source>Name of the rule</source><translation>ルールの名前</translation></message>
<message><source>Types of files</source><translation>ファイルの種類</translation></message>
<message><source>Servers</source><translation>サーバー</translation></message>
<message><source>Addresses</source><translation>アドレス</translation></message>
<message><source>Server (regular expression)</source><translation>サーバー（正規表現）</translation></message>
<message><source>Address (regular expression)</source><translation>アドレス（正規表現）</translation></message>
<message><source>Name (regular expression)</source><translation>名前（正規表現）</translation></message>
<message><source>Size</source><translation>サイズ</translation></message>
<message><source>Least size</source><translation>最小サイズ</translation></message>
<message><source>Greatest size</source><translation>最大サイズ</translation></message>
<message><source>From the queue</source><translation>元のキュー</translation></message>
<message><source>File name</source><translation>ファイル名</translation></message>
<message><source>Category</source><translation>カテゴリー</translation></message>
<message><source>Queue</source><translation>キュー</translation></message>
<message><source>Priority</source><translation>優先度</translation></message>
<message><source>Add paused</source><translation>一時停止で追加</translation></message>
<message><source>Ask the rules below too</source><translation>下のルールも適用</translation></message>
<message><source>{name}: asked</source><translation>{name}: 使用する</translation></message>
<message><source>Add rule</source><translation>ルールを追加</translation></message>
<message><source>Folders by type</source><translation>種類別フォルダー</translation></message>
<message><source>A folder each for videos, music, pictures and so on</source><translation>ビデオ、音楽、画像などにそれぞれフォルダーを用意します</translation></message>
<message><source>Try an address: where would it go?</source><translation>アドレスを試す: どこに保存されますか?</translation></message>
<message><source>This is not an address.</source><translation>これはアドレスではありません。</translation></message>
<message><source>no rule holds</source><translation>当てはまるルールなし</translation></message>
<message><source>{path} ({rule})</source><translation>{path} ({rule})</translation></message>
<message><source>Ask {name} earlier</source><translation>{name} を前へ</translation></message>
<message><source>Ask {name} later</source><translation>{name} を後へ</translation></message>
</context>
<context>
<name>Settings</name>
<message><source>All files</source><translation>すべてのファイル</translation></message>
<message><source>At all hours</source><translation>いつでも</translation></message>
<message><source>No program on this computer opens it.</source><translation>このコンピューターには、これを開くプログラムがありません。</translation></message>
<message><source>The keyring did not forget all of them.</source><translation>キーリングが忘れていないものがあります。</translation></message>
<message numerus="yes"><source>%Ln login(s) forgotten.</source><translation><numerusform>%Ln 件のログインを忘れました。</numerusform></translation></message>
<message><source>All settings are back to their defaults.</source><translation>すべての設定を既定値に戻しました。</translation></message>
<message><source>All settings had their defaults already.</source><translation>すべての設定は既に既定値です。</translation></message>
<message><source>Export settings</source><translation>設定のエクスポート</translation></message>
<message><source>{file} could not be written: {fault}</source><translation>「{file}」に書き込めませんでした: {fault}</translation></message>
<message><source>All settings are in {file} now.</source><translation>すべての設定を「{file}」に保存しました。</translation></message>
<message><source>Import settings</source><translation>設定のインポート</translation></message>
<message><source>Settings (*.json)</source><translation>設定 (*.json)</translation></message>
<message><source>All files (*)</source><translation>すべてのファイル (*)</translation></message>
<message><source>{file} is not a file of settings that Headrace wrote. Nothing was changed.</source><translation>「{file}」は Headrace の設定ファイルではありません。何も変更していません。</translation></message>
<message><source>{file} was written by a newer Headrace. Nothing was changed.</source><translation>「{file}」は新しいバージョンの Headrace で作成されています。何も変更していません。</translation></message>
<message><source>{file} cannot be read. Nothing was changed.</source><translation>「{file}」を読み込めません。何も変更していません。</translation></message>
<message><source>All settings were already as {file} has them.</source><translation>すべての設定は既に「{file}」と同じです。</translation></message>
<message numerus="yes"><source>%Ln setting(s) changed to what {file} has.</source><translation><numerusform>「{file}」に合わせて %Ln 件の設定を変更しました。</numerusform></translation></message>
<message><source>Ignored, as there is no such setting: {names}.</source><translation>次の名前の設定はないため、無視しました: {names}。</translation></message>
<message><source>Left as they were, as the values cannot be used: {names}.</source><translation>次の設定は値が使用できないため、変更していません: {names}。</translation></message>
<message><source>Not found on this computer: the folder or file of {names}.</source><translation>次の設定のフォルダーまたはファイルがこのコンピューターにありません: {names}。</translation></message>
<message><source>Search settings</source><translation>設定を検索</translation></message>
<message><source>Settings</source><translation>設定</translation></message>
<message><source>This folder cannot be reached.</source><translation>このフォルダーにアクセスできません。</translation></message>
<message><source>This is a file, not a folder.</source><translation>これはフォルダーではなくファイルです。</translation></message>
<message><source>Main queue</source><translation>メインキュー</translation></message>
<message><source>This value cannot be used.</source><translation>この値は使用できません。</translation></message>
<message><source>Like the system</source><translation>システムに合わせる</translation></message>
<message><source>Blue</source><translation>青</translation></message>
<message><source>Teal</source><translation>青緑</translation></message>
<message><source>Green</source><translation>緑</translation></message>
<message><source>Amber</source><translation>琥珀</translation></message>
<message><source>Orange</source><translation>オレンジ</translation></message>
<message><source>Red</source><translation>赤</translation></message>
<message><source>Pink</source><translation>ピンク</translation></message>
<message><source>Violet</source><translation>紫</translation></message>
<message><source>Another colour…</source><translation>ほかの色…</translation></message>
<message><source>{setting}: {choice}</source><translation>{setting}: {choice}</translation></message>
<message><source>Accent colour</source><translation>アクセントカラー</translation></message>
<message><source>Programs made for aria2</source><translation>aria2 用のプログラム</translation></message>
<message><source>Who may come in</source><translation>アクセスできる相手</translation></message>
<message><source>Let other programs use Headrace</source><translation>ほかのプログラムに Headrace の使用を許可</translation></message>
<message><source>AriaNg, browser extensions and scripts made for aria2 work with it. They need the token below.</source><translation>AriaNg、ブラウザー拡張機能、aria2 用のスクリプトで使えます。下のトークンが必要です。</translation></message>
<message><source>aria2, RPC, JSON-RPC, WebSocket, remote control, API, server</source><translation>aria2、RPC、JSON-RPC、WebSocket、リモート操作、API、サーバー</translation></message>
<message><source>Port</source><translation>ポート</translation></message>
<message><source>Most programs look for it at 6800.</source><translation>ほとんどのプログラムは 6800 を使います。</translation></message>
<message><source>TCP, address, listen, number</source><translation>TCP、アドレス、待ち受け、番号</translation></message>
<message><source>Secret token</source><translation>秘密のトークン</translation></message>
<message><source>Who does not know it is refused. Only what proves it is kept, so copy it while it is shown.</source><translation>知らない相手は拒否されます。保存されるのは検証用の情報だけなので、表示中にコピーしてください。</translation></message>
<message><source>password, key, secret, security</source><translation>パスワード、鍵、秘密、セキュリティ</translation></message>
<message><source>Other computers too</source><translation>ほかのコンピューターからも</translation></message>
<message><source>Programs anywhere in the network may ask, unencrypted. Only for a network you trust.</source><translation>ネットワーク上のどこからでも暗号化なしで要求できます。信頼できるネットワークだけで使ってください。</translation></message>
<message><source>network, LAN, remote, listen, security</source><translation>ネットワーク、LAN、リモート、待ち受け、セキュリティ</translation></message>
<message><source>Names of this computer</source><translation>このコンピューターの名前</translation></message>
<message><source>Names by which others may call it, such as nas.lan. Its addresses and localhost always count.</source><translation>nas.lan など、ほかから呼ばれる名前です。アドレスと localhost は常に有効です。</translation></message>
<message><source>host, DNS, rebinding, security</source><translation>ホスト、DNS、リバインディング、セキュリティ</translation></message>
<message><source>None</source><translation>なし</translation></message>
<message><source>Web pages that may ask</source><translation>要求できるウェブページ</translation></message>
<message><source>Origins such as https://ariang.example or chrome-extension://ID. All other pages are refused.</source><translation>https://ariang.example や chrome-extension://ID などのオリジンです。ほかのページはすべて拒否されます。</translation></message>
<message><source>CORS, origin, browser, extension, AriaNg, security</source><translation>CORS、オリジン、ブラウザー、拡張機能、AriaNg、セキュリティ</translation></message>
<message><source>Folders they may save to</source><translation>保存を許可するフォルダー</translation></message>
<message><source>Whole paths with a semicolon between two. The folder for downloads and all in it always count.</source><translation>完全なパスをセミコロンで区切ります。ダウンロード用フォルダーとその中は常に有効です。</translation></message>
<message><source>directory, path, target, security</source><translation>ディレクトリ、パス、保存先、セキュリティ</translation></message>
<message><source>Open it</source><translation>開く</translation></message>
<message><source>Extract archives into a folder beside them</source><translation>アーカイブを隣のフォルダーに展開する</translation></message>
<message><source>Then move the archive to the trash</source><translation>その後アーカイブをゴミ箱に移す</translation></message>
<message><source>Play a sound</source><translation>音を鳴らす</translation></message>
<message><source>Move it to another folder</source><translation>別のフォルダーに移動する</translation></message>
<message><source>The system's sound, or a file</source><translation>システムの音、またはファイル</translation></message>
<message><source>File with the sound</source><translation>音のファイル</translation></message>
<message><source>The folder, in full</source><translation>フォルダーの完全なパス</translation></message>
<message><source>Folder to move to</source><translation>移動先のフォルダー</translation></message>
<message><source>Write the folder in full.</source><translation>フォルダーの完全なパスを入力してください。</translation></message>
<message><source>Write the file in full.</source><translation>ファイルの完全なパスを入力してください。</translation></message>
<message><source>When something happens</source><translation>何かが起きたとき</translation></message>
<message><source>Lists that are laid down</source><translation>置かれたリスト</translation></message>
<message><source>Watched folder</source><translation>監視フォルダー</translation></message>
<message><source>Texts with addresses, Metalinks and lists that are saved there are added, and then renamed.</source><translation>そこに保存されたアドレス入りテキスト、Metalink、リストは追加され、名前が変わります。</translation></message>
<message><source>watch, directory, folder, inbox, NAS, import</source><translation>監視、ディレクトリ、フォルダー、受信、NAS、読み込み</translation></message>
<message><source>Command after each download</source><translation>ダウンロードごとに実行するコマンド</translation></message>
<message><source>A program and its arguments, without a shell. {path} stands for the file, {folder} for its folder.</source><translation>プログラムと引数です。シェルは使いません。{path} はファイル、{folder} はそのフォルダーを表します。</translation></message>
<message><source>run, execute, script, hook, event, finished, post-processing</source><translation>実行、スクリプト、フック、イベント、完了、後処理</translation></message>
<message><source>Command after a failure</source><translation>失敗後に実行するコマンド</translation></message>
<message><source>Run when a download has failed and waits for you.</source><translation>ダウンロードが失敗し、対応を待っているときに実行されます。</translation></message>
<message><source>run, execute, script, hook, event, error</source><translation>実行、スクリプト、フック、イベント、エラー</translation></message>
<message><source>Command when all is done</source><translation>すべて終わったら実行するコマンド</translation></message>
<message><source>Run when nothing is left to be done, for example to suspend the computer.</source><translation>することがなくなったときに実行されます。コンピューターのスリープなどに使えます。</translation></message>
<message><source>run, execute, script, hook, event, idle, shut down, suspend, sleep</source><translation>実行、スクリプト、フック、イベント、待機、シャットダウン、サスペンド、スリープ</translation></message>
<message><source>Webhook</source><translation>Webhook</translation></message>
<message><source>What happens is sent to this address as JSON by POST, again where that fails.</source><translation>起きたことを JSON としてこのアドレスに POST で送り、失敗したらやり直します。</translation></message>
<message><source>HTTP, POST, JSON, event, notify, address, URL, server</source><translation>HTTP、POST、JSON、イベント、通知、アドレス、URL、サーバー</translation></message>
<message><source>Write a speed from {low} to {high}.</source><translation>{low} から {high} までの速度を入力してください。</translation></message>
<message><source>Write a number of seconds from {low} to {high}.</source><translation>{low} から {high} までの秒数を入力してください。</translation></message>
<message><source>Write a whole number from {low} to {high}.</source><translation>{low} から {high} までの整数を入力してください。</translation></message>
<message><source>Quiet</source><translation>静か</translation></message>
<message><source>Others on the line</source><translation>回線を使うほかの人</translation></message>
<message><source>Data budget</source><translation>データ量の上限</translation></message>
<message><source>Metered networks</source><translation>従量制課金のネットワーク</translation></message>
<message><source>Quiet now</source><translation>今すぐ静かに</translation></message>
<message><source>The quiet limit is in force, until you or the quiet hours end it.</source><translation>静かな時の制限が、手動または時間帯の終わりで解除されるまで有効です。</translation></message>
<message><source>turtle, slow, alternative, profile, turbo, polite</source><translation>カメ, 低速, 代替, プロファイル, 控えめ</translation></message>
<message><source>Quiet limit</source><translation>静かな時の速度制限</translation></message>
<message><source>All downloads together are held to this while it is quiet.</source><translation>静かな間、すべてのダウンロードの合計がこの速度までに抑えられます。</translation></message>
<message><source>bandwidth, throttle, rate, slow down</source><translation>帯域, 帯域幅, 速度, 低速</translation></message>
<message><source>Quiet hours</source><translation>静かな時間帯</translation></message>
<message><source>When they begin it gets quiet by itself, and when they end it no longer is. Drag to mark them.</source><translation>始まると自動的に静かになり、終わると元に戻ります。ドラッグで選択します。</translation></message>
<message><source>schedule, scheduler, time, day, week, night, plan</source><translation>スケジュール, 予定, 時刻, 曜日, 週, 夜間</translation></message>
<message><source>Never by itself</source><translation>自動ではしない</translation></message>
<message><source>Leave others room</source><translation>ほかの人に帯域を譲る</translation></message>
<message><source>While others use the line, downloads step back. Headrace notices it by answers that take longer, and asks the servers it fetches from once a second, less often while the line is calm.</source><translation>ほかの人が回線を使っている間、ダウンロードは控えめになります。応答が遅くなることで気づき、ダウンロード元のサーバーに毎秒 1 回、回線が落ち着いている間はそれより少なく問い合わせます。</translation></message>
<message><source>latency, ping, bufferbloat, polite, family, games, calls, LEDBAT, share</source><translation>遅延, ping, バッファブロート, 控えめ, 家族, ゲーム, 通話, LEDBAT, 共有</translation></message>
<message><source>How much may come</source><translation>使えるデータ量</translation></message>
<message><source>When so much has come, downloads wait for the next period, or for a network that does not count. Days and weeks begin at midnight, weeks on Monday.</source><translation>この量に達すると、ダウンロードは次の期間か、数えないネットワークを待ちます。日と週は午前 0 時に、週は月曜日に始まります。</translation></message>
<message><source>quota, cap, volume, allowance, contract, data, traffic, month, week, day, billing, Wi-Fi, mobile, roaming</source><translation>割り当て, 上限, 通信量, 契約, データ, トラフィック, 月, 週, 日, 請求, Wi-Fi, モバイル, ローミング</translation></message>
<message><source>Wait in metered networks</source><translation>従量制課金のネットワークでは待機</translation></message>
<message><source>Where the system says that a network counts bytes, as that of a phone, downloads wait for another one.</source><translation>携帯電話のように通信量が計測されるネットワークだとシステムが示す場合、ダウンロードは別のネットワークを待ちます。</translation></message>
<message><source>mobile, phone, cellular, hotspot, tethering, roaming, data, volume</source><translation>モバイル, 携帯, スマホ, テザリング, ホットスポット, ローミング, データ, 通信量</translation></message>
<message><source>{button}: {setting}</source><translation>{button}: {setting}</translation></message>
<message><source>When all downloads are done</source><translation>すべてのダウンロードが完了したら</translation></message>
<message><source>When a file is there</source><translation>ファイルが完了したら</translation></message>
<message><source>It is done to each file; a download's properties may say otherwise.</source><translation>すべてのファイルに対して行います。ダウンロードのプロパティで個別に変更できます。</translation></message>
<message><source>finished, extract, unpack, unzip, archive, zip, 7z, tar, open, sound, move, folder</source><translation>完了, 展開, 解凍, アーカイブ, zip, 7z, tar, 開く, 音, サウンド, 移動, フォルダー</translation></message>
<message><source>Then, each time</source><translation>毎回の動作</translation></message>
<message><source>You are warned a minute before, and can stop it. For one time, choose it in the menu File.</source><translation>1 分前に知らせるので、中止できます。1 回だけなら「ファイル」メニューで選んでください。</translation></message>
<message><source>shut down, power off, suspend, standby, sleep, hibernate, log out, quit, idle</source><translation>シャットダウン, 電源を切る, サスペンド, スタンバイ, スリープ, 休止状態, ログアウト, 終了, アイドル</translation></message>
<message><source>Do nothing</source><translation>何もしない</translation></message>
<message><source>Sleep</source><translation>スリープ</translation></message>
<message><source>Hibernate</source><translation>休止状態</translation></message>
<message><source>Shut down</source><translation>シャットダウン</translation></message>
<message><source>Restart</source><translation>再起動</translation></message>
<message><source>Log out</source><translation>ログアウト</translation></message>
<message><source>Quit Headrace</source><translation>Headrace を終了</translation></message>
<message><source>Saving</source><translation>保存</translation></message>
<message><source>Adding</source><translation>追加</translation></message>
<message><source>Checking</source><translation>検証</translation></message>
<message><source>History</source><translation>履歴</translation></message>
<message><source>At the same time</source><translation>同時接続</translation></message>
<message><source>Patience</source><translation>待ち時間と再試行</translation></message>
<message><source>Folder for downloads</source><translation>ダウンロード先フォルダー</translation></message>
<message><source>New downloads go here unless you choose another folder when you add them.</source><translation>追加時に別のフォルダーを選択しない限り、新しいダウンロードはここに保存されます。</translation></message>
<message><source>directory, path, location, save to, destination</source><translation>ディレクトリ, パス, 場所, 保存先, 保存場所, フォルダ</translation></message>
<message><source>Downloads at once</source><translation>同時ダウンロード数</translation></message>
<message><source>So many run side by side; the others wait in line.</source><translation>この数まで同時に実行します。残りは順番を待ちます。</translation></message>
<message><source>parallel, simultaneous, concurrent, maximum</source><translation>並列, 並行, 同時実行, 最大, 上限</translation></message>
<message><source>Watch the clipboard</source><translation>クリップボードを監視</translation></message>
<message><source>When you copy the address of a file, Headrace offers to download it.</source><translation>ファイルのアドレスをコピーすると、Headrace がダウンロードを提案します。</translation></message>
<message><source>copy, paste, monitor, link</source><translation>コピー, 貼り付け, ペースト, 監視, リンク, URL</translation></message>
<message><source>Ask servers before adding</source><translation>追加の前にサーバーへ問い合わせる</translation></message>
<message><source>The add dialog shows name and size of each file. Switch it off if your links work only once.</source><translation>追加ダイアログに各ファイルの名前とサイズを表示します。一度しか使えないリンクの場合はオフにしてください。</translation></message>
<message><source>probe, size, check, one-time link, preview</source><translation>確認, サイズ, チェック, 使い捨てリンク, ワンタイム, プレビュー</translation></message>
<message><source>Add without asking</source><translation>確認せずに追加</translation></message>
<message><source>Pasted and dropped addresses go straight into the list, without a dialog.</source><translation>貼り付けやドロップしたアドレスを、ダイアログを開かずにリストへ追加します。</translation></message>
<message><source>silent, dialog, confirm, prompt</source><translation>ダイアログ, 確認, 自動追加, 省略</translation></message>
<message><source>Add paused</source><translation>一時停止で追加</translation></message>
<message><source>The main button of the add dialog adds downloads without starting them.</source><translation>追加ダイアログのメインボタンで、ダウンロードを開始せずに追加します。</translation></message>
<message><source>start later, stopped</source><translation>後で開始, 停止, 開始しない</translation></message>
<message><source>Look for checksums</source><translation>チェックサムを探す</translation></message>
<message><source>For large files, the server is asked for a checksum file, and the download is checked by it.</source><translation>大きいファイルの場合、サーバーでチェックサムファイルを探し、ダウンロードを検証します。</translation></message>
<message><source>verify, hash, SHA-256, SHA256SUMS, integrity</source><translation>検証, ハッシュ, SHA-256, SHA256SUMS, 整合性, 完全性</translation></message>
<message><source>Mark files as downloaded</source><translation>入手元をファイルに記録</translation></message>
<message><source>Files carry where they came from, so that the system can warn before it runs one.</source><translation>ファイルに入手元の情報を付け、システムが実行前に警告できるようにします。</translation></message>
<message><source>origin, quarantine, zone, security, warning</source><translation>入手元, 検疫, 隔離, ゾーン, セキュリティ, 警告</translation></message>
<message><source>Remember ended downloads</source><translation>終了したダウンロードを記録</translation></message>
<message><source>The history keeps them after they left the list. What is older goes at the next start.</source><translation>リストから消えたあとも履歴に残ります。これより古いものは次回の起動時に削除されます。</translation></message>
<message><source>history, privacy, archive, days, forget</source><translation>履歴, プライバシー, アーカイブ, 日数, 消去</translation></message>
<message><source>For ever</source><translation>無期限</translation></message>
<message><source>For a year</source><translation>1 年間</translation></message>
<message><source>For 90 days</source><translation>90 日間</translation></message>
<message><source>For 30 days</source><translation>30 日間</translation></message>
<message><source>For a week</source><translation>1 週間</translation></message>
<message><source>Not at all</source><translation>記録しない</translation></message>
<message><source>Connections per download</source><translation>ダウンロードごとの接続数</translation></message>
<message><source>At most so many. More are only opened while they make the download faster.</source><translation>接続数の上限です。追加の接続は、ダウンロードが速くなる間だけ開きます。</translation></message>
<message><source>threads, segments, parts, parallel, maximum</source><translation>スレッド, 分割, セグメント, 並列, 最大</translation></message>
<message><source>Connections per server</source><translation>サーバーごとの接続数</translation></message>
<message><source>At most so many to one server, all downloads together.</source><translation>すべてのダウンロードを合わせた、1 つのサーバーへの接続数の上限です。</translation></message>
<message><source>host, parallel, maximum</source><translation>ホスト, 並列, 最大, 上限</translation></message>
<message><source>Wait for a server</source><translation>サーバーの応答待ち</translation></message>
<message><source>A server that has not answered by then is tried again later.</source><translation>この時間内に応答しないサーバーは、後で再試行します。</translation></message>
<message><source>timeout, connect, seconds</source><translation>タイムアウト, 接続, 秒</translation></message>
<message><source>Wait for data</source><translation>データの受信待ち</translation></message>
<message><source>A connection on which nothing has come for so long is opened anew.</source><translation>この時間何も届かない接続は、開き直します。</translation></message>
<message><source>timeout, idle, stalled, seconds</source><translation>タイムアウト, アイドル, 停止, 無通信, 秒</translation></message>
<message><source>Give up slow connections</source><translation>低速な接続を打ち切る</translation></message>
<message><source>A connection that was slower than this for a minute is opened anew.</source><translation>この速度を 1 分間下回った接続は、開き直します。</translation></message>
<message><source>minimum speed, stalled, timeout</source><translation>最低速度, 停滞, タイムアウト, 遅い</translation></message>
<message><source>Never</source><translation>打ち切らない</translation></message>
<message><source>Tries</source><translation>試行回数</translation></message>
<message><source>A download fails after so many tries in a row that brought nothing new.</source><translation>新しいデータがないまま続けてこの回数試行すると、ダウンロードは失敗になります。</translation></message>
<message><source>retry, attempts, again, repeat</source><translation>再試行, リトライ, やり直し, 繰り返し</translation></message>
<message><source>Speed limit</source><translation>速度制限</translation></message>
<message><source>All downloads together are held to this, so that some of your line stays free.</source><translation>すべてのダウンロードの合計をこの速度に抑え、回線に余裕を残します。</translation></message>
<message><source>bandwidth, throttle, rate, slow down, maximum</source><translation>帯域, 帯域幅, 速度, 上限, 低速, 最大</translation></message>
<message><source>No limit</source><translation>制限なし</translation></message>
<message><source>Your queues</source><translation>キューの一覧</translation></message>
<message><source>Lines of their own for downloads that belong together. One that is held starts nothing new until you let it go on.</source><translation>関連するダウンロードをまとめられます。保留中のキューは、解除するまで新しいダウンロードを開始しません。</translation></message>
<message><source>line, hold, group, list, pause, schedule, hours, night</source><translation>キュー, 保留, グループ, 一覧, 一時停止, スケジュール, 時間帯, 夜間</translation></message>
<message><source>Where downloads go</source><translation>ダウンロードの保存先</translation></message>
<message><source>The first rule that holds decides, unless you choose a folder yourself. In folders and names there may be fields in braces, such as {host}, {name}, {category} or {date:%Y-%m}.</source><translation>自分でフォルダーを選ばないかぎり、最初に当てはまったルールで決まります。フォルダーと名前には {host}、{name}、{category}、{date:%Y-%m} のような波かっこのフィールドを使えます。</translation></message>
<message><source>folder, sort, category, template, organise, directory</source><translation>フォルダー, 整理, 分類, カテゴリー, テンプレート, ディレクトリ</translation></message>
<message><source>Categories</source><translation>カテゴリ</translation></message>
<message><source>What the list sorts files by: their endings, or the type the server tells. Files of a category go to its folder where no rule sends them elsewhere. Removing one changes no file.</source><translation>一覧でファイルを分ける基準です。拡張子、またはサーバーが示す種類で分けます。ルールで別の保存先が決まらないファイルは、カテゴリのフォルダーに保存されます。カテゴリを削除してもファイルは変わりません。</translation></message>
<message><source>type, kind, extension, ending, own, group, icon, folder</source><translation>種類, タイプ, 拡張子, 独自, グループ, アイコン, フォルダー</translation></message>
<message><source>Where Headrace keeps things</source><translation>Headrace の保存場所</translation></message>
<message><source>All settings</source><translation>すべての設定</translation></message>
<message><source>Profile folder</source><translation>プロファイルフォルダー</translation></message>
<message><source>Settings and the list of downloads are kept in this folder.</source><translation>設定とダウンロードのリストは、このフォルダーに保存されます。</translation></message>
<message><source>database, backup, path, configuration</source><translation>データベース, バックアップ, パス, 構成</translation></message>
<message><source>Open</source><translation>開く</translation></message>
<message><source>Log file</source><translation>ログファイル</translation></message>
<message><source>What the program did is written down here, to look into when something goes wrong.</source><translation>プログラムの動作がここに記録され、問題が起きたときに調べられます。</translation></message>
<message><source>problem, report, debug, diagnosis</source><translation>問題, 報告, デバッグ, 診断, 不具合</translation></message>
<message><source>All settings are saved as one file, to keep or to take to another computer.</source><translation>すべての設定を 1 つのファイルに保存し、保管や別のコンピューターへの移行に使えます。</translation></message>
<message><source>backup, save, transfer, JSON</source><translation>バックアップ, 保存, 移行, 転送, JSON</translation></message>
<message><source>Export…</source><translation>エクスポート…</translation></message>
<message><source>Settings are taken from such a file. You can undo it.</source><translation>エクスポートしたファイルから設定を読み込みます。元に戻せます。</translation></message>
<message><source>restore, load, transfer, JSON</source><translation>復元, 読み込み, 移行, 転送, JSON</translation></message>
<message><source>Import…</source><translation>インポート…</translation></message>
<message><source>Reset all settings</source><translation>すべての設定をリセット</translation></message>
<message><source>Every setting goes back to its default. Downloads stay as they are. You can undo it.</source><translation>すべての設定を既定値に戻します。ダウンロードはそのままです。元に戻せます。</translation></message>
<message><source>default, original, begin anew</source><translation>既定値, デフォルト, 初期化, 初期設定</translation></message>
<message><source>Reset all</source><translation>すべてリセット</translation></message>
<message><source>General</source><translation>一般</translation></message>
<message><source>Downloads</source><translation>ダウンロード</translation></message>
<message><source>Connections</source><translation>接続</translation></message>
<message><source>Speed</source><translation>速度</translation></message>
<message><source>Queues</source><translation>キュー</translation></message>
<message><source>Rules</source><translation>ルール</translation></message>
<message><source>Other programs</source><translation>ほかのプログラム</translation></message>
<message><source>Appearance</source><translation>外観</translation></message>
<message><source>Notifications and power</source><translation>通知と電源</translation></message>
<message><source>Advanced</source><translation>詳細設定</translation></message>
<message><source>Show hosts…</source><translation>ホストを表示…</translation></message>
<message numerus="yes"><source>%Ln rule(s)</source><translation><numerusform>ルール %Ln 件</numerusform></translation></message>
<message><source>At these hours</source><translation>この時間帯</translation></message>
<message><source>These are too many different hours. Mark longer ones.</source><translation>異なる時間帯が多すぎます。もっと長く選択してください。</translation></message>
<message><source>Way out</source><translation>出口</translation></message>
<message><source>Trust</source><translation>セキュリティ</translation></message>
<message><source>Logins</source><translation>ログイン</translation></message>
<message><source>Single servers</source><translation>個々のサーバー</translation></message>
<message><source>Proxy</source><translation>プロキシ</translation></message>
<message><source>Reach servers</source><translation>サーバーへの接続</translation></message>
<message><source>Proxies speak HTTP, HTTPS, SOCKS4 or SOCKS5; socks5h:// and socks4a:// look names up themselves. A password is never saved with the settings.</source><translation>プロキシは HTTP、HTTPS、SOCKS4、SOCKS5 に対応します。socks5h:// と socks4a:// では名前もプロキシが調べます。パスワードは設定と一緒には保存されません。</translation></message>
<message><source>proxy, SOCKS, SOCKS5, tunnel, PAC, company, Tor, VPN, network</source><translation>プロキシ、SOCKS、SOCKS5、トンネル、PAC、会社、Tor、VPN、ネットワーク</translation></message>
<message><source>Not by the proxy</source><translation>プロキシを使わない</translation></message>
<message><source>Servers that are reached directly: names with all below them, networks such as 10.0.0.0/8, &lt;local&gt; for names without a dot.</source><translation>直接接続するサーバー: 名前とその下のすべて、10.0.0.0/8 のようなネットワーク、点のない名前は &lt;local&gt;。</translation></message>
<message><source>exception, bypass, intranet, local, no proxy</source><translation>例外、回避、イントラネット、ローカル、プロキシなし</translation></message>
<message><source>Hosts</source><translation>ホスト</translation></message>
<message><source>Connections, speed, pauses, user agent, referrer, headers and proxy of single servers, and what was learnt of them.</source><translation>個々のサーバーの接続数、速度、間隔、ユーザーエージェント、リファラー、ヘッダー、プロキシと、学習した内容です。</translation></message>
<message><source>rule, server, site, domain, user agent, referer, header, limit, polite, retry, memory</source><translation>ルール、サーバー、サイト、ドメイン、ユーザーエージェント、リファラー、ヘッダー、制限、配慮、再試行、記憶</translation></message>
<message><source>Only by this network</source><translation>このネットワークだけを使う</translation></message>
<message><source>An address or an interface of this computer, such as tun0 of a VPN. While it is gone, downloads wait. Names are still looked up as the system does.</source><translation>このコンピューターのアドレスまたはインターフェイス。VPN の tun0 など。ない間、ダウンロードは待ちます。名前はシステムと同じ方法で調べます。</translation></message>
<message><source>VPN, bind, interface, network card, adapter, source address, kill switch</source><translation>VPN、バインド、インターフェイス、ネットワークカード、アダプター、送信元アドレス、キルスイッチ</translation></message>
<message><source>Any</source><translation>指定なし</translation></message>
<message><source>Version of IP</source><translation>IP のバージョン</translation></message>
<message><source>Which addresses of servers are connected to.</source><translation>接続するサーバーのアドレスの種類。</translation></message>
<message><source>IPv4, IPv6, address, protocol</source><translation>IPv4、IPv6、アドレス、プロトコル</translation></message>
<message><source>Both</source><translation>両方</translation></message>
<message><source>IPv4 only</source><translation>IPv4 のみ</translation></message>
<message><source>IPv6 only</source><translation>IPv6 のみ</translation></message>
<message><source>Further certificates</source><translation>追加の証明書</translation></message>
<message><source>A PEM file with authorities that secure servers are trusted by, such as your company's.</source><translation>安全なサーバーを信頼するための認証局 (社内のものなど) を収めた PEM ファイルです。</translation></message>
<message><source>TLS, SSL, https, CA, authority, security</source><translation>TLS, SSL, https, CA, 認証局, セキュリティ</translation></message>
<message><source>None besides the system's</source><translation>システムの証明書のみ</translation></message>
<message><source>Oldest version of TLS</source><translation>TLS の最も古いバージョン</translation></message>
<message><source>Servers that speak older ones alone are not connected to.</source><translation>それより古いものしか話さないサーバーには接続しません。</translation></message>
<message><source>SSL, https, security, encryption, protocol</source><translation>SSL、https、セキュリティ、暗号化、プロトコル</translation></message>
<message><source>TLS 1.2</source><translation>TLS 1.2</translation></message>
<message><source>TLS 1.3</source><translation>TLS 1.3</translation></message>
<message><source>Trusted in spite of faults</source><translation>不備があっても信頼するもの</translation></message>
<message><source>Written as example.org=SHA-256 of its certificate, or sftp://example.org=SHA256:… of its host key; what you trust in a download's dialog is here, too. Delete an entry to trust it no more.</source><translation>example.org=証明書の SHA-256、または sftp://example.org=ホスト鍵の SHA256:… と書きます。ダウンロードの画面で信頼したものもここにあります。項目を消すと信頼しなくなります。</translation></message>
<message><source>exception, self-signed, fingerprint, pin, certificate, security</source><translation>例外、自己署名、指紋、証明書、セキュリティ</translation></message>
<message><source>Your own certificates</source><translation>自分の証明書</translation></message>
<message><source>Shown to one server each: example.org=/whole/path.pem, a file with certificate and key.</source><translation>それぞれ 1 つのサーバーに示します: example.org=/完全な/パス.pem、証明書と鍵の入ったファイル。</translation></message>
<message><source>client certificate, key, PEM, mutual TLS, authentication</source><translation>クライアント証明書、鍵、PEM、相互 TLS、認証</translation></message>
<message><source>Cookies</source><translation>Cookie</translation></message>
<message><source>A cookies.txt, as browsers' add-ons export it; each cookie goes to the site it belongs to.</source><translation>ブラウザーのアドオンが書き出す cookies.txt。それぞれの Cookie は属するサイトにだけ送られます。</translation></message>
<message><source>cookies.txt, Netscape, session, members, sign in</source><translation>cookies.txt、Netscape、セッション、会員、ログイン</translation></message>
<message><source>Read logins from .netrc</source><translation>.netrc からログインを読む</translation></message>
<message><source>Servers that ask for a login get the one that the file has for them.</source><translation>ログインを求めるサーバーには、ファイルにあるものを使います。</translation></message>
<message><source>password, user, curl, authentication</source><translation>パスワード、ユーザー、curl、認証</translation></message>
<message><source>Forget logins</source><translation>ログインを忘れる</translation></message>
<message><source>Those you gave, and those the system's keyring keeps for Headrace.</source><translation>入力したもの、およびシステムのキーリングが Headrace のために保存しているもの。</translation></message>
<message><source>password, keyring, delete, sign out</source><translation>パスワード、キーリング、削除、サインアウト</translation></message>
<message><source>Forget all</source><translation>すべて忘れる</translation></message>
<message><source>Undo</source><translation>元に戻す</translation></message>
<message><source>Less: {setting}</source><translation>減らす: {setting}</translation></message>
<message><source>More: {setting}</source><translation>増やす: {setting}</translation></message>
<message><source>s</source><comment>seconds, behind a number</comment><translation>秒</translation></message>
<message><source>MB/s</source><translation>MB/s</translation></message>
<message><source>kB/s</source><translation>kB/s</translation></message>
<message><source>Pages of settings</source><translation>設定のページ</translation></message>
<message><source>Reset this page</source><translation>このページをリセット</translation></message>
<message><source>This page is back to its defaults.</source><translation>このページを既定値に戻しました。</translation></message>
<message><source>All of this page had its default already.</source><translation>このページはすべて既に既定値です。</translation></message>
<message><source>No setting is about “{words}”.</source><translation>「{words}」に関する設定はありません。</translation></message>
<message><source>Write the whole path, from the root of the disk on.</source><translation>ディスクのルートから始まる完全なパスを入力してください。</translation></message>
<message><source>Browse…</source><translation>参照…</translation></message>
<message><source>Browse: {setting}</source><translation>参照: {setting}</translation></message>
<message><source>Choose a certificate file</source><translation>証明書ファイルを選択</translation></message>
<message><source>Certificates</source><translation>証明書</translation></message>
<message><source>There is no such file.</source><translation>ファイルがありません。</translation></message>
<message><source>There are no certificates in this file that can be used.</source><translation>このファイルに使用できる証明書はありません。</translation></message>
<message><source>This file cannot be read.</source><translation>このファイルを読み込めません。</translation></message>
<message><source>As the system does</source><translation>システムと同じ</translation></message>
<message><source>Directly</source><translation>直接</translation></message>
<message><source>As the environment says</source><translation>環境変数に従う</translation></message>
<message><source>By this proxy:</source><translation>このプロキシを使う:</translation></message>
<message><source>Address of the proxy</source><translation>プロキシのアドレス</translation></message>
<message><source>Write it as http://proxy.example:3128 or socks5h://name:password@127.0.0.1:1080.</source><translation>http://proxy.example:3128 または socks5h://name:password@127.0.0.1:1080 のように書いてください。</translation></message>
<message><source>Write a name for the queue.</source><translation>キューの名前を入力してください。</translation></message>
<message><source>There is a queue of this name already.</source><translation>同じ名前のキューが既にあります。</translation></message>
<message><source>A name has at most {count} characters, all of them visible.</source><translation>名前は {count} 文字以内で、表示できる文字のみ使えます。</translation></message>
<message><source>Starts downloads</source><translation>稼働中</translation></message>
<message><source>Held</source><translation>保留中</translation></message>
<message><source>Name of the queue {name}</source><translation>キュー「{name}」の名前</translation></message>
<message><source>{name}: starts downloads</source><translation>{name}: ダウンロードを開始する</translation></message>
<message><source>Options of the queue {name}</source><translation>キュー「{name}」のオプション</translation></message>
<message><source>Remove the queue {name}</source><translation>キュー「{name}」を削除</translation></message>
<message><source>Name of a new queue</source><translation>新しいキューの名前</translation></message>
<message><source>Add queue</source><translation>キューを追加</translation></message>
<message><source>The queue {name} is removed. Its downloads are in the main queue now.</source><translation>キュー「{name}」を削除しました。ダウンロードはメインキューに移りました。</translation></message>
<message><source>Only while “{setting}” is on.</source><translation>「{setting}」がオンのときのみ使えます。</translation></message>
<message><source>Back to the default</source><translation>既定値に戻す</translation></message>
<message><source>{setting}: back to the default</source><translation>{setting}: 既定値に戻す</translation></message>
<message><source>Light</source><translation>ライト</translation></message>
<message><source>Dark</source><translation>ダーク</translation></message>
<message><source>There is none yet</source><translation>まだありません</translation></message>
<message><source>New token</source><translation>新しいトークン</translation></message>
<message><source>Copy</source><translation>コピー</translation></message>
<message><source>Other…</source><translation>その他…</translation></message>
<message><source>The desktop did not allow it.</source><translation>デスクトップが許可しませんでした。</translation></message>
<message><source>Starting and closing</source><translation>起動と終了</translation></message>
<message><source>Colours</source><translation>色</translation></message>
<message><source>List and figures</source><translation>リストと数値</translation></message>
<message><source>Motion</source><translation>アニメーション</translation></message>
<message><source>Tray</source><translation>トレイ</translation></message>
<message><source>Notifications</source><translation>通知</translation></message>
<message><source>Power</source><translation>電源</translation></message>
<message><source>Language</source><translation>言語</translation></message>
<message><source>All texts change at once, and numbers and dates are written in its manner.</source><translation>すべてのテキストがすぐに切り替わり、数値と日付もその言語の形式になります。</translation></message>
<message><source>translation, locale, English</source><translation>翻訳, ロケール, 日本語, 英語, English</translation></message>
<message><source>Start with the computer</source><translation>コンピューターと同時に起動</translation></message>
<message><source>Headrace starts by itself when you log in.</source><translation>ログインすると Headrace が自動で起動します。</translation></message>
<message><source>autostart, session, login, boot, launch</source><translation>自動起動, スタートアップ, セッション, ログイン, 起動</translation></message>
<message><source>Start hidden</source><translation>隠れた状態で起動</translation></message>
<message><source>Only the tray icon is there after a start; click it to see the window.</source><translation>起動後はトレイアイコンだけを表示します。クリックするとウィンドウが開きます。</translation></message>
<message><source>minimised, background, tray</source><translation>最小化, バックグラウンド, トレイ</translation></message>
<message><source>Continue where you left off</source><translation>前回の続きから再開</translation></message>
<message><source>Downloads that ran when you quit run again at the next start. Else they wait paused.</source><translation>終了時に実行中だったダウンロードを次の起動時に再開します。オフの場合は一時停止のまま待ちます。</translation></message>
<message><source>resume at start, restart</source><translation>起動時に再開, 再起動, 自動再開</translation></message>
<message><source>Closing the window</source><translation>ウィンドウを閉じたとき</translation></message>
<message><source>In the tray, downloads go on without a window.</source><translation>トレイでは、ウィンドウがなくてもダウンロードが続きます。</translation></message>
<message><source>exit, minimise, background</source><translation>終了, 最小化, バックグラウンド, 閉じる</translation></message>
<message><source>Quits Headrace</source><translation>Headrace を終了</translation></message>
<message><source>Keeps it in the tray</source><translation>トレイに残す</translation></message>
<message><source>Light or dark</source><translation>ライト/ダーク</translation></message>
<message><source>The window can follow the system, or be always the same.</source><translation>ウィンドウの明暗をシステムに合わせるか、固定できます。</translation></message>
<message><source>theme, night mode, dark mode, colour scheme</source><translation>テーマ, 夜間モード, ダークモード, 配色, 外観モード</translation></message>
<message><source>Buttons, progress and what is chosen have this colour.</source><translation>ボタン、進行状況、選択項目がこの色になります。</translation></message>
<message><source>theme, highlight, tint</source><translation>テーマ, 強調色, ハイライト, 色合い</translation></message>
<message><source>One-line rows</source><translation>1 行表示</translation></message>
<message><source>More downloads fit into the window; what each is doing is told in fewer words.</source><translation>より多くのダウンロードがウィンドウに収まり、状況はより短い言葉で表示されます。</translation></message>
<message><source>compact, dense, row height</source><translation>コンパクト, 高密度, 行の高さ</translation></message>
<message><source>Binary units</source><translation>2 進単位</translation></message>
<message><source>Sizes are written in KiB, MiB and GiB (1,024 at a time) instead of kB, MB and GB.</source><translation>サイズを kB、MB、GB の代わりに KiB、MiB、GiB (1,024 倍ごと) で表示します。</translation></message>
<message><source>megabyte, mebibyte, 1000, 1024</source><translation>メガバイト, メビバイト, 1000, 1024, 二進, 単位</translation></message>
<message><source>Things slide and fade for a moment. Reduced, they change at once.</source><translation>表示が短く動いたりフェードしたりします。「控えめ」では瞬時に切り替わります。</translation></message>
<message><source>animation, effects, accessibility</source><translation>動き, モーション, 効果, 視差, アクセシビリティ</translation></message>
<message><source>Full</source><translation>標準</translation></message>
<message><source>Reduced</source><translation>控えめ</translation></message>
<message><source>Tray icon</source><translation>トレイアイコン</translation></message>
<message><source>An icon in the system tray shows progress and offers what you need most.</source><translation>システムトレイのアイコンで進行状況を示し、よく使う操作を提供します。</translation></message>
<message><source>system tray, status icon, background</source><translation>システムトレイ, 通知領域, タスクトレイ, バックグラウンド</translation></message>
<message><source>When a download has finished</source><translation>ダウンロードが完了したとき</translation></message>
<message><source>A notification offers to open the file or its folder.</source><translation>通知からファイルまたはフォルダーを開けます。</translation></message>
<message><source>message, alert, bubble, done</source><translation>メッセージ, 通知, アラート, バルーン, 完了</translation></message>
<message><source>When a download has failed</source><translation>ダウンロードが失敗したとき</translation></message>
<message><source>A notification says why, and offers to try again.</source><translation>通知で理由を示し、再試行できます。</translation></message>
<message><source>message, alert, bubble, error</source><translation>メッセージ, 通知, アラート, バルーン, エラー</translation></message>
<message><source>Keep the computer awake</source><translation>スリープを防ぐ</translation></message>
<message><source>The computer does not go to sleep by itself while something is downloading.</source><translation>ダウンロード中は、コンピューターが自動でスリープしません。</translation></message>
<message><source>sleep, suspend, standby, energy, battery</source><translation>スリープ, サスペンド, スタンバイ, 省電力, バッテリー</translation></message>
<message><source>“{part}” is no origin. Write it as https://example.org, without a path.</source><translation>「{part}」はオリジンではありません。https://example.org のように、パスなしで書いてください。</translation></message>
<message><source>“{part}” is no name of a computer. Write it without http:// and port.</source><translation>「{part}」はコンピューターの名前ではありません。http:// とポートなしで書いてください。</translation></message>
<message><source>“{part}” is no name of a server and no network such as 10.0.0.0/8.</source><translation>「{part}」はサーバー名でも 10.0.0.0/8 のようなネットワークでもありません。</translation></message>
<message><source>Write an address of this computer, or an interface such as tun0.</source><translation>このコンピューターのアドレス、または tun0 のようなインターフェイスを書いてください。</translation></message>
<message><source>“{part}” is not written as example.org=64 digits from 0 to f.</source><translation>「{part}」は example.org=0 から f の 64 桁 の形ではありません。</translation></message>
<message><source>“{part}” is not written as example.org=/whole/path.pem.</source><translation>「{part}」は example.org=/完全な/パス.pem の形ではありません。</translation></message>
<message><source>A quotation mark is open.</source><translation>引用符が閉じていません。</translation></message>
<message><source>Begin with a program.</source><translation>プログラムから始めてください。</translation></message>
<message><source>In braces there may only be {facts}.</source><translation>波かっこの中に書けるのは {facts} だけです。</translation></message>
<message><source>Write an address that begins with https:// or http://.</source><translation>https:// または http:// で始まるアドレスを書いてください。</translation></message>
</context>
<context>
<name>Shortcuts</name>
<message><source>Go to the next part of the window</source><translation>ウィンドウの次の領域へ移動</translation></message>
<message><source>Show the menu bar</source><translation>メニューバーを表示</translation></message>
<message><source>Leave the search, or close a dialog</source><translation>検索を終える、またはダイアログを閉じる</translation></message>
<message><source>Show what can be done with the chosen rows</source><translation>選択した行でできる操作を表示</translation></message>
<message><source>Keyboard shortcuts</source><translation>キーボードショートカット</translation></message>
<message><source>Everywhere</source><translation>共通</translation></message>
</context>
<context>
<name>Sort</name>
<message><source>Sort by the rules</source><translation>ルールに従って整理</translation></message>
<message><source>Files move to where the rules want them. Their names stay.</source><translation>ファイルはルールの示す場所へ移動します。名前は変わりません。</translation></message>
<message><source>What moves</source><translation>移動するもの</translation></message>
<message><source>{name} → {folder}</source><translation>{name} → {folder}</translation></message>
<message><source>and {count} more</source><translation>ほか {count} 件</translation></message>
<message><source>There are no rules yet. Make some in the settings.</source><translation>まだルールがありません。設定で作成してください。</translation></message>
<message><source>All of it is where the rules want it.</source><translation>すべてルールの示す場所にあります。</translation></message>
<message><source>Moving {what}</source><translation>{what} を移動中</translation></message>
</context>
<context>
<name>Status</name>
<message><source>{used} of {budget} used</source><translation>{budget} 中 {used} 使用</translation></message>
<message><source>At this rate, {size} will have come by then.</source><translation>このペースだと、それまでに {size} になります。</translation></message>
<message><source>When done: {deed}</source><translation>完了後: {deed}</translation></message>
<message numerus="yes"><source>%Ln active</source><translation><numerusform>実行中 %Ln 件</numerusform></translation></message>
<message numerus="yes"><source>%Ln waiting</source><translation><numerusform>待機中 %Ln 件</numerusform></translation></message>
<message><source>Limited to {speed}</source><translation>制限 {speed}</translation></message>
<message><source>Nothing to do</source><translation>実行中の処理なし</translation></message>
<message><source>Leaving room: {speed}</source><translation>帯域を譲っています: {speed}</translation></message>
<message><source>{size} free in {folder}</source><translation>「{folder}」の空き {size}</translation></message>
<message><source>Online</source><translation>オンライン</translation></message>
<message><source>Offline</source><translation>オフライン</translation></message>
<message><source>The line is busy: answers took {slow} ms, and {usual} ms when it was free. Downloads step back to {speed} at most until they are quick again.</source><translation>回線が混んでいます。応答に {slow} ms かかりました（空いているときは {usual} ms）。応答が速くなるまで、ダウンロードは最大 {speed} に抑えられます。</translation></message>
</context>
<context>
<name>Story</name>
<message><source>Stopped, its queue is held</source><translation>停止、キューが保留中</translation></message>
<message><source>Stopped, the hours of its queue are over</source><translation>停止、キューの時間帯が終了</translation></message>
<message><source>Stopped, the network wants a login in a browser first</source><translation>停止、このネットワークは先にブラウザーでのログインが必要</translation></message>
<message><source>Stopped, the network is metered</source><translation>停止、従量制課金のネットワーク</translation></message>
<message><source>Stopped, the data budget is used up</source><translation>停止、データ量を使い切りました</translation></message>
<message><source>Information</source><translation>情報</translation></message>
<message><source>Success</source><translation>成功</translation></message>
<message><source>Warning</source><translation>警告</translation></message>
<message><source>Error</source><translation>エラー</translation></message>
<message><source>Begun anew: the file on the server has changed</source><translation>サーバーのファイルが変更されたため、最初から再取得します</translation></message>
<message><source>Begun anew: the server cannot resume safely</source><translation>サーバーが安全な再開に非対応のため、最初から再取得します</translation></message>
<message><source>Begun anew: the unfinished file was missing or had been changed</source><translation>未完了のファイルが消失または変更されたため、最初から再取得します</translation></message>
<message><source>The server does not say how long the file is, so a cut would look like its end</source><translation>サーバーがサイズを示さないため、途切れても終わりと区別できません</translation></message>
<message><source>A file of that name was there already, so nothing was fetched</source><translation>同じ名前のファイルが既にあるため、何も取得しませんでした</translation></message>
<message><source>The server names no version, so the bytes around each join were compared</source><translation>サーバーがバージョンを示さないため、継ぎ目の前後のバイトを照合しました</translation></message>
<message><source>Blocks on disk had been changed and were fetched again</source><translation>ディスク上のブロックが変更されていたため、再取得しました</translation></message>
<message><source>The server called it compressed and it was not; it was saved as it came</source><translation>サーバーの表示に反して圧縮されていないため、届いたまま保存しました</translation></message>
<message><source>The server says it is another kind of file than its name promises</source><translation>サーバーは、名前から予想されるものとは別の種類のファイルと通知しています</translation></message>
<message><source>Characters that would hide the name's true ending were removed</source><translation>本当の拡張子を隠す文字を名前から除去しました</translation></message>
<message><source>The only checksum known shows accidents, not forgeries</source><translation>唯一のチェックサムでわかるのは破損のみで、改ざんは検出できません</translation></message>
<message><source>One of its addresses failed or had another file</source><translation>アドレスの 1 つが失敗したか、別のファイルでした</translation></message>
<message><source>The disk cannot set room aside, so it may run full on the way</source><translation>ディスクの領域を事前に確保できないため、途中で容量が不足する可能性があります</translation></message>
<message><source>The feed was interrupted; the gaps are listed beside the file</source><translation>配信が途切れました (欠落部分の一覧はファイルと同じ場所にあります)</translation></message>
<message><source>Ended on request; the file holds what had come</source><translation>操作により終了しました (それまでに届いた内容はファイルにあります)</translation></message>
<message><source>The file could not be marked with where it came from</source><translation>ファイルに入手元の情報を記録できませんでした</translation></message>
<message><source>Begun anew: what another program had left was not right</source><translation>やり直し: ほかのプログラムが残した内容が正しくありませんでした</translation></message>
<message><source>No checksum is known: of what another program had left only samples were compared</source><translation>チェックサムが不明: ほかのプログラムが残した内容は抜き取りでのみ比較されました</translation></message>
<message><source>Added, from {host}</source><translation>{host} から追加しました</translation></message>
<message numerus="yes"><source>%Ln more address(es)</source><translation><numerusform>ほかに %Ln 件のアドレス</numerusform></translation></message>
<message><source>Attempt {number} begins</source><translation>試行 {number} 回目を開始しました</translation></message>
<message><source>length unknown</source><translation>サイズ不明</translation></message>
<message><source>can be resumed</source><translation>再開可</translation></message>
<message><source>cannot be resumed</source><translation>再開不可</translation></message>
<message><source>{host} answers</source><translation>{host} が応答しました</translation></message>
<message numerus="yes"><source>%Ln connection(s) at work</source><translation><numerusform>%Ln 接続で受信しています</numerusform></translation></message>
<message><source>Trying again in {time}</source><translation>{time}後に再試行します</translation></message>
<message><source>Trying again at once</source><translation>すぐに再試行します</translation></message>
<message><source>Failed</source><translation>失敗しました</translation></message>
<message><source>Begun anew, as asked for</source><translation>操作により最初から再取得します</translation></message>
<message><source>Notice {number}</source><translation>注記 {number}</translation></message>
<message><source>{host} is asked no more</source><translation>{host} からの取得をやめました</translation></message>
<message><source>The {algorithm} checksum you gave is right</source><translation>入力された {algorithm} チェックサムと一致しました</translation></message>
<message><source>The {algorithm} checksum of every piece is right</source><translation>すべてのピースの {algorithm} チェックサムが一致しました</translation></message>
<message><source>The {algorithm} checksum is right</source><translation>{algorithm} チェックサムが一致しました</translation></message>
<message><source>The {algorithm} checksum from {source} is right</source><translation>{source} の {algorithm} チェックサムと一致しました</translation></message>
<message><source>{time} after it was added</source><translation>追加から {time}後</translation></message>
<message><source>Finished</source><translation>完了しました</translation></message>
<message><source>A connection to {host} ended early</source><translation>{host} との接続が途中で切れました</translation></message>
<message><source>the server sent no more</source><translation>サーバーからの送信が終わりました</translation></message>
<message><source>{size} on disk had been changed and are fetched again</source><translation>ディスク上の {size} が変更されていたため、再取得します</translation></message>
<message><source>Goes on from another address, at {host}</source><translation>別のアドレス ({host}) から続けます</translation></message>
<message><source>Renamed to {name}</source><translation>名前を「{name}」に変更しました</translation></message>
<message><source>Moved to {folder}</source><translation>「{folder}」へ移動しました</translation></message>
<message><source>Checked again: every byte is right</source><translation>再検証: すべてのバイトが一致しました</translation></message>
<message><source>Checked again: the size is right, and nothing more is known</source><translation>再検証: サイズは一致しましたが、それ以外は確認できません</translation></message>
<message><source>Checked again: it is not the file any more that was downloaded</source><translation>再検証: ダウンロードした時のファイルと異なります</translation></message>
<message><source>Checked again: the file is no longer there</source><translation>再検証: ファイルがありません</translation></message>
<message><source>Checked again: the file cannot be read</source><translation>再検証: ファイルを読み込めません</translation></message>
<message><source>Checked again: the file is there, and nothing more is known</source><translation>再検証: ファイルはありますが、それ以外は確認できません</translation></message>
<message><source>The check was stopped</source><translation>検証を中止しました</translation></message>
<message><source>Checked again</source><translation>再検証しました</translation></message>
<message><source>by the digests Headrace kept of it</source><translation>Headrace が保持しているハッシュ値による</translation></message>
<message><source>{size} of another program's file taken over</source><translation>ほかのプログラムのファイルから {size} を引き継ぎました</translation></message>
<message numerus="yes"><source>%Ln sample(s) compared with the server's</source><translation><numerusform>%Ln か所をサーバーと比較しました</numerusform></translation></message>
<message><source>A new version of a watched file, now called {name}</source><translation>監視中のファイルの新しい版です。現在の名前は {name}</translation></message>
<message><source>A newer version has the name {name} now</source><translation>名前 {name} は新しい版に付けられました</translation></message>
<message><source>Paused</source><translation>一時停止しました</translation></message>
<message><source>Resumed</source><translation>再開しました</translation></message>
<message><source>Taken off the list</source><translation>リストから削除しました</translation></message>
<message><source>Put back on the list</source><translation>リストに戻しました</translation></message>
<message><source>Headrace was closed</source><translation>Headrace を終了しました</translation></message>
<message><source>Headrace started and found it under way</source><translation>Headrace を起動し、途中から引き継ぎました</translation></message>
<message><source>Stopped</source><translation>停止</translation></message>
<message><source>Asked for anew, from the first byte</source><translation>操作により先頭のバイトから再取得します</translation></message>
<message><source>{size} here</source><translation>受信済み {size}</translation></message>
<message><source>HTTP status {status}</source><translation>HTTP ステータス {status}</translation></message>
<message><source>Reason {number}</source><translation>理由 {number}</translation></message>
</context>
<context>
<name>TakeOver</name>
<message><source>Take over an unfinished file</source><translation>未完了のファイルを引き継ぐ</translation></message>
<message><source>Take over</source><translation>引き継ぐ</translation></message>
<message><source>Address it came from</source><translation>取得元のアドレス</translation></message>
<message><source>This is not an address. It begins with https:// or http://.</source><translation>これはアドレスではありません。https:// または http:// で始まります。</translation></message>
<message><source>{size} of {total}</source><translation>{total} 中 {size}</translation></message>
<message><source>{name}: {there}, left by {program}.</source><translation>{name}: {there}、{program} が残したものです。</translation></message>
<message><source>{name}: {there}.</source><translation>{name}: {there}。</translation></message>
<message><source>Samples are compared with the server's file first; the download then goes on in the same folder. End it in the other program before.</source><translation>まず抜き取りでサーバーのファイルと比較し、同じフォルダーでダウンロードを続けます。先にほかのプログラムで終了してください。</translation></message>
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
<message><source>No limit</source><translation>制限なし</translation></message>
<message><source>{size}/s</source><translation>{size}/s</translation></message>
<message><source>{number} %</source><translation>{number}%</translation></message>
<message><source>a moment</source><translation>1 秒未満</translation></message>
<message><source>{seconds} s</source><translation>{seconds} 秒</translation></message>
<message><source>about {time}</source><translation>約 {time}</translation></message>
<message numerus="yes"><source>about %Ln day(s)</source><translation><numerusform>約 %Ln 日</numerusform></translation></message>
<message><source>over a month</source><translation>1 か月以上</translation></message>
<message><source>{minutes} min</source><translation>{minutes} 分</translation></message>
<message><source>{hours} h</source><translation>{hours} 時間</translation></message>
<message><source>yesterday</source><translation>昨日</translation></message>
<message><source>d MMM</source><extracomment>A date of this year in Qt's format: d is the day, MMM the month's short name. "MMM d", "M月d日"</extracomment><translation>M月d日</translation></message>
<message><source>d MMM yyyy</source><extracomment>A date in Qt's format: d is the day, MMM the month's short name, yyyy the year</extracomment><translation>yyyy年M月d日</translation></message>
</context>
<context>
<name>Unpacking</name>
<message><source>There is no program here that plays sounds</source><translation>音を再生できるプログラムがありません</translation></message>
<message><source>Stop</source><translation>中止</translation></message>
<message><source>Open</source><translation>開く</translation></message>
<message><source>It is no zip, tar or 7z archive.</source><translation>zip、tar、7z のアーカイブではありません。</translation></message>
<message><source>RAR archives are not extracted.</source><translation>RAR アーカイブは展開できません。</translation></message>
<message><source>It is one part of several, which are not put together.</source><translation>分割アーカイブの一部です。結合には対応していません。</translation></message>
<message><source>The file is not there any more.</source><translation>ファイルがもうありません。</translation></message>
<message><source>The library {detail} is not installed.</source><translation>ライブラリ {detail} がインストールされていません。</translation></message>
<message><source>It is packed in a way that is not known here.</source><translation>対応していない方式で圧縮されています。</translation></message>
<message><source>It wants a password.</source><translation>パスワードが必要です。</translation></message>
<message><source>It is damaged.</source><translation>破損しています。</translation></message>
<message><source>A name in it leads out of its folder: {detail}</source><translation>フォルダーの外を指す名前が含まれています: {detail}</translation></message>
<message><source>It was made to do harm: several files in it are the same bytes.</source><translation>害を与える目的で作られています。中の複数のファイルが同じバイト列を共有しています。</translation></message>
<message><source>It unpacks to far more than it is.</source><translation>展開すると元の大きさをはるかに超えます。</translation></message>
<message><source>It holds too many files.</source><translation>ファイルが多すぎます。</translation></message>
<message><source>There is too little room on the disk.</source><translation>ディスクの空き容量が足りません。</translation></message>
<message><source>The disk refuses: {detail}</source><translation>ディスクに拒否されました: {detail}</translation></message>
<message><source>It was stopped.</source><translation>中止されました。</translation></message>
<message><source>“{name}” was not extracted. {why}</source><translation>「{name}」は展開されませんでした。{why}</translation></message>
<message><source>“{name}” extracted</source><translation>「{name}」を展開しました</translation></message>
<message numerus="yes"><source>%Ln file(s)</source><translation><numerusform>%Ln 個のファイル</numerusform></translation></message>
<message numerus="yes"><source>%Ln link(s) left out</source><translation><numerusform>%Ln 個のリンクを除外</numerusform></translation></message>
<message><source>Extracting “{name}”…</source><translation>「{name}」を展開しています…</translation></message>
</context>
<context>
<name>Watch</name>
<message><source>A new version has arrived</source><translation>新しい版が届きました</translation></message>
<message><source>minutes</source><translation>分</translation></message>
<message><source>hours</source><translation>時間</translation></message>
<message><source>days</source><translation>日</translation></message>
<message><source>Watch for changes</source><translation>変更を監視</translation></message>
<message><source>Watch</source><translation>監視する</translation></message>
<message><source>Look &amp;every</source><translation>確認の間隔(&amp;E)</translation></message>
<message><source>Versions to &amp;keep, the newest among them</source><translation>残す版の数（最新を含む）(&amp;K)</translation></message>
<message><source>Time between two looks</source><translation>確認と確認の間の時間</translation></message>
<message><source>Unit of the time between two looks</source><translation>確認と確認の間の時間の単位</translation></message>
<message><source>All</source><translation>すべて</translation></message>
<message><source>&amp;Look now</source><translation>今すぐ確認(&amp;L)</translation></message>
<message><source>&amp;Stop watching</source><translation>監視をやめる(&amp;S)</translation></message>
<message><source>A recording cannot be watched.</source><translation>記録は監視できません。</translation></message>
<message><source>While Headrace runs, the server is asked whether the file has changed. A new version is downloaded and takes the file's name; the one before it is kept under a name with its date.</source><translation>Headrace の動作中、ファイルが変わったかどうかをサーバーに問い合わせます。新しい版はダウンロードされてファイルの名前を受け継ぎ、前の版は日付入りの名前で残ります。</translation></message>
<message><source>Show in folder</source><translation>フォルダーに表示</translation></message>
<message><source>changed version of a watched file</source><translation>監視中のファイルの変更された版</translation></message>
<message><source>watched: a change, being fetched</source><translation>監視中: 変更あり、取得しています</translation></message>
<message><source>watched: {reason}</source><translation>監視中: {reason}</translation></message>
<message><source>watched</source><translation>監視中</translation></message>
<message><source>watched: new version, {time}</source><translation>監視中: 新しい版、{time}</translation></message>
<message><source>watched: no change, {time}</source><translation>監視中: 変更なし、{time}</translation></message>
<message><source>Last look: {time}, {outcome}.</source><translation>前回の確認: {time}、{outcome}。</translation></message>
<message><source>Next look: {time}.</source><translation>次の確認: {time}。</translation></message>
<message numerus="yes"><source>%Ln earlier version(s) kept.</source><translation><numerusform>以前の版を %Ln 件残しています。</numerusform></translation></message>
<message><source>something has changed</source><translation>変更あり</translation></message>
<message><source>a new version</source><translation>新しい版</translation></message>
<message><source>no change</source><translation>変更なし</translation></message>
<message><source>A new version of {name} has arrived</source><translation>{name} の新しい版が届きました</translation></message>
</context>
<context>
<name>Window</name>
<message><source>The command {what} could not be run: {why}.</source><translation>コマンド {what} を実行できませんでした: {why}。</translation></message>
<message><source>{what} could not be told what happens: {why}.</source><translation>起きたことを {what} に伝えられませんでした: {why}。</translation></message>
<message><source>The list {what} could not be added: {why}.</source><translation>リスト {what} を追加できませんでした: {why}。</translation></message>
<message><source>More</source><translation>その他</translation></message>
<message><source>Add</source><translation>追加</translation></message>
<message numerus="yes"><source>%Ln link(s) to files on the clipboard</source><translation><numerusform>クリップボードにファイルへのリンクが %Ln 件あります</numerusform></translation></message>
<message><source>This network wants a login first: open any page in your browser.</source><translation>このネットワークは先にログインが必要です。ブラウザーで任意のページを開いてください。</translation></message>
<message><source>Nothing matches “{text}”</source><translation>「{text}」に一致するものはありません</translation></message>
<message><source>Clear the search</source><translation>検索をクリア</translation></message>
<message><source>Nothing here at the moment</source><translation>今は何もありません</translation></message>
<message><source>Choose All to see everything</source><translation>「すべて」を選択すると全件が表示されます</translation></message>
<message><source>Drop links here</source><translation>リンクをここにドロップ</translation></message>
<message><source>or press Ctrl+N to add some, Ctrl+V to paste what you copied</source><translation>または Ctrl+N で追加、Ctrl+V でコピーしたものを貼り付け</translation></message>
<message><source>There is no address in it</source><translation>アドレスが含まれていません</translation></message>
<message numerus="yes"><source>Added %Ln download(s)</source><translation><numerusform>ダウンロードを %Ln 件追加しました</numerusform></translation></message>
<message><source>There is no address on the clipboard</source><translation>クリップボードにアドレスがありません</translation></message>
<message><source>Close this message</source><translation>このメッセージを閉じる</translation></message>
<message><source>Search name, address or host</source><translation>名前、アドレス、ホストを検索</translation></message>
<message><source>Other programs cannot be served at port {port}: {why}. Choose another port.</source><translation>ポート {port} でほかのプログラムに応答できません: {why}。別のポートを選んでください。</translation></message>
<message><source>Speed limit over all downloads</source><translation>全体の速度制限</translation></message>
<message><source>Quiet, speed limit: {limit}</source><translation>静か、速度制限: {limit}</translation></message>
<message><source>Speed limit: {limit}</source><translation>速度制限: {limit}</translation></message>
<message><source>Other limit…</source><translation>ほかの制限…</translation></message>
<message><source>Headrace cannot save to its profile folder. {reason}</source><translation>Headrace はプロファイルフォルダーに保存できません。{reason}</translation></message>
</context>
<context>
<name>Words</name>
<message><source>Waiting, the queue is held</source><translation>待機中、キューが保留されています</translation></message>
<message><source>Waiting for the hours of its queue</source><translation>キューの時間帯を待っています</translation></message>
<message><source>Waiting, this network wants a login in a browser</source><translation>待機中、このネットワークはブラウザーでのログインが必要です</translation></message>
<message><source>Waiting for a network that is not metered</source><translation>従量制でないネットワークを待っています</translation></message>
<message><source>Waiting, the data budget is used up</source><translation>待機中、データ量を使い切りました</translation></message>
<message><source>Waiting for the hours of its queue, from {time}</source><translation>キューの時間帯を待っています（{time} から）</translation></message>
<message><source>Waiting, the data budget is used up until {time}</source><translation>待機中、データ量を使い切りました（{time} まで）</translation></message>
<message><source>Waiting, the data budget of {budget} is used up until {time}</source><translation>待機中、{budget} のデータ量を使い切りました（{time} まで）</translation></message>
<message><source>All</source><translation>すべて</translation></message>
<message><source>Active</source><translation>実行中</translation></message>
<message><source>Waiting</source><translation>待機中</translation></message>
<message><source>Paused</source><translation>一時停止中</translation></message>
<message><source>Finished</source><translation>完了</translation></message>
<message><source>Failed</source><translation>失敗</translation></message>
<message><source>Video</source><translation>動画</translation></message>
<message><source>Music</source><translation>音楽</translation></message>
<message><source>Pictures</source><translation>画像</translation></message>
<message><source>Documents</source><translation>文書</translation></message>
<message><source>Archives</source><translation>アーカイブ</translation></message>
<message><source>Programs</source><translation>プログラム</translation></message>
<message><source>Other</source><translation>その他</translation></message>
<message><source>Connecting</source><translation>接続中</translation></message>
<message><source>Downloading</source><translation>ダウンロード中</translation></message>
<message><source>Trying again soon</source><translation>まもなく再試行</translation></message>
<message><source>Finishing</source><translation>仕上げ中</translation></message>
<message><source>Done</source><translation>完了</translation></message>
<message numerus="yes"><source>%Ln connection(s)</source><translation><numerusform>%Ln 接続</numerusform></translation></message>
<message numerus="yes"><source>%Ln download(s)</source><translation><numerusform>ダウンロード %Ln 件</numerusform></translation></message>
<message><source>Missing</source><comment>a file that is gone</comment><translation>ファイルなし</translation></message>
<message><source>{size} so far</source><translation>受信済み {size}</translation></message>
<message><source>Private</source><translation>プライベート</translation></message>
<message><source>Waiting for a free place</source><translation>順番待ち</translation></message>
<message><source>Waiting in {queue}, number {place} in line</source><translation>{queue} で順番待ち ({place} 番目)</translation></message>
<message><source>Waiting for a free place, next in line</source><translation>順番待ち (次)</translation></message>
<message><source>Waiting for a free place, number {place} in line</source><translation>順番待ち ({place} 番目)</translation></message>
<message><source>Connecting to {host}</source><translation>{host} に接続中</translation></message>
<message><source>from {host}</source><translation>{host} から</translation></message>
<message><source>nothing is arriving at the moment</source><translation>現在、受信が止まっています</translation></message>
<message><source>limited to {speed}</source><translation>制限 {speed}</translation></message>
<message><source>cannot be resumed</source><translation>再開不可</translation></message>
<message><source>Interrupted</source><translation>中断されました</translation></message>
<message><source>{reason}, trying again soon</source><translation>{reason} (まもなく再試行)</translation></message>
<message><source>{reason}, trying again now</source><translation>{reason} (再試行中)</translation></message>
<message><source>{reason}, trying again in {time}</source><translation>{reason} ({time}後に再試行)</translation></message>
<message><source>Checking the file and saving it for good</source><translation>ファイルを検証し、保存を確定しています</translation></message>
<message><source>Paused · will begin again, the server cannot resume</source><translation>一時停止中 · サーバーが再開に非対応のため最初から取得します</translation></message>
<message><source>Paused · resumes from {size}</source><translation>一時停止中 · {size} から再開します</translation></message>
<message><source>{size} kept</source><translation>{size} を保持</translation></message>
<message><source>File is no longer there</source><translation>ファイルがありません</translation></message>
<message><source>Skipped, a file of that name was there already</source><translation>同じ名前のファイルが既にあるためスキップしました</translation></message>
<message><source>Finished, length checked</source><translation>完了、サイズを確認済み</translation></message>
<message><source>Finished</source><comment>a download's state</comment><translation>完了</translation></message>
<message><source>Finished, verified by {proof}</source><translation>完了、{proof} で検証済み</translation></message>
<message><source>{what} (needs {size} more)</source><translation>{what} ({size} 不足)</translation></message>
<message><source>To log in: {command}</source><translation>ログインするには: {command}</translation></message>
<message><source>{what}. {advice}.</source><translation>{what}。{advice}。</translation></message>
<message><source>The server's status was {status}.</source><translation>サーバーのステータスは {status} でした。</translation></message>
<message><source>{time} left</source><translation>残り {time}</translation></message>
</context>
</TS>
