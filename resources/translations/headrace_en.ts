<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
<name>Add</name>
<message numerus="yes"><source>%Ln line(s) without an address</source><translation><numerusform>%Ln line without an address</numerusform><numerusform>%Ln lines without an address</numerusform></translation></message>
<message numerus="yes"><source>Already there: %Ln</source><translation><numerusform>Already there: %Ln</numerusform><numerusform>Already there: %Ln</numerusform></translation></message>
<message numerus="yes"><source>Copy %Ln address(es)</source><translation><numerusform>Copy %Ln address</numerusform><numerusform>Copy %Ln addresses</numerusform></translation></message>
</context>
<context>
<name>Commands</name>
<message numerus="yes"><source>Copied %Ln address(es)</source><translation><numerusform>Copied %Ln address</numerusform><numerusform>Copied %Ln addresses</numerusform></translation></message>
</context>
<context>
<name>Cookies</name>
<message numerus="yes"><source>%Ln cookie(s) for {sites}</source><translation><numerusform>%Ln cookie for {sites}</numerusform><numerusform>%Ln cookies for {sites}</numerusform></translation></message>
</context>
<context>
<name>Copying</name>
<message numerus="yes"><source>Copied %Ln download(s)</source><translation><numerusform>Copied %Ln download</numerusform><numerusform>Copied %Ln downloads</numerusform></translation></message>
</context>
<context>
<name>Desktop</name>
<message numerus="yes"><source>%Ln download(s) finished</source><translation><numerusform>%Ln download finished</numerusform><numerusform>%Ln downloads finished</numerusform></translation></message>
<message numerus="yes"><source>%Ln more download(s) failed</source><translation><numerusform>%Ln more download failed</numerusform><numerusform>%Ln more downloads failed</numerusform></translation></message>
<message numerus="yes"><source>%Ln download(s) failed</source><translation><numerusform>%Ln download failed</numerusform><numerusform>%Ln downloads failed</numerusform></translation></message>
<message numerus="yes"><source>and %Ln more</source><translation><numerusform>and %Ln more</numerusform><numerusform>and %Ln more</numerusform></translation></message>
<message numerus="yes"><source>%Ln active</source><translation><numerusform>%Ln active</numerusform><numerusform>%Ln active</numerusform></translation></message>
<message numerus="yes"><source>%Ln waiting</source><translation><numerusform>%Ln waiting</numerusform><numerusform>%Ln waiting</numerusform></translation></message>
</context>
<context>
<name>Details</name>
<message numerus="yes"><source>%Ln block(s)</source><translation><numerusform>%Ln block</numerusform><numerusform>%Ln blocks</numerusform></translation></message>
<message numerus="yes"><source>%Ln verified on disk</source><translation><numerusform>%Ln verified on disk</numerusform><numerusform>%Ln verified on disk</numerusform></translation></message>
<message numerus="yes"><source>%Ln on disk</source><translation><numerusform>%Ln on disk</numerusform><numerusform>%Ln on disk</numerusform></translation></message>
<message numerus="yes"><source>%Ln arriving</source><translation><numerusform>%Ln arriving</numerusform><numerusform>%Ln arriving</numerusform></translation></message>
<message numerus="yes"><source>%Ln missing</source><translation><numerusform>%Ln missing</numerusform><numerusform>%Ln missing</numerusform></translation></message>
<message numerus="yes"><source>%Ln download(s) chosen</source><translation><numerusform>%Ln download chosen</numerusform><numerusform>%Ln downloads chosen</numerusform></translation></message>
<message numerus="yes"><source>%Ln byte(s)</source><translation><numerusform>%Ln byte</numerusform><numerusform>%Ln bytes</numerusform></translation></message>
<message numerus="yes"><source>%Ln further address(es)</source><translation><numerusform>%Ln further address</numerusform><numerusform>%Ln further addresses</numerusform></translation></message>
<message numerus="yes"><source>%Ln entry(ies)</source><translation><numerusform>%Ln entry</numerusform><numerusform>%Ln entries</numerusform></translation></message>
</context>
<context>
<name>Done</name>
<message numerus="yes"><source>The computer goes to sleep in %Ln second(s).</source><translation><numerusform>The computer goes to sleep in %Ln second.</numerusform><numerusform>The computer goes to sleep in %Ln seconds.</numerusform></translation></message>
<message numerus="yes"><source>The computer hibernates in %Ln second(s).</source><translation><numerusform>The computer hibernates in %Ln second.</numerusform><numerusform>The computer hibernates in %Ln seconds.</numerusform></translation></message>
<message numerus="yes"><source>The computer shuts down in %Ln second(s).</source><translation><numerusform>The computer shuts down in %Ln second.</numerusform><numerusform>The computer shuts down in %Ln seconds.</numerusform></translation></message>
<message numerus="yes"><source>The computer restarts in %Ln second(s).</source><translation><numerusform>The computer restarts in %Ln second.</numerusform><numerusform>The computer restarts in %Ln seconds.</numerusform></translation></message>
<message numerus="yes"><source>You are logged out in %Ln second(s).</source><translation><numerusform>You are logged out in %Ln second.</numerusform><numerusform>You are logged out in %Ln seconds.</numerusform></translation></message>
<message numerus="yes"><source>Headrace quits in %Ln second(s).</source><translation><numerusform>Headrace quits in %Ln second.</numerusform><numerusform>Headrace quits in %Ln seconds.</numerusform></translation></message>
</context>
<context>
<name>History</name>
<message numerus="yes"><source>What is older than %Ln day(s)</source><translation><numerusform>What is older than %Ln day</numerusform><numerusform>What is older than %Ln days</numerusform></translation></message>
<message numerus="yes"><source>%Ln file(s) finished</source><translation><numerusform>%Ln file finished</numerusform><numerusform>%Ln files finished</numerusform></translation></message>
<message numerus="yes"><source>%Ln download(s) forgotten</source><translation><numerusform>%Ln download forgotten</numerusform><numerusform>%Ln downloads forgotten</numerusform></translation></message>
</context>
<context>
<name>Hosts</name>
<message numerus="yes"><source>What was learnt of %Ln host(s) is forgotten.</source><translation><numerusform>What was learnt of %Ln host is forgotten.</numerusform><numerusform>What was learnt of %Ln hosts is forgotten.</numerusform></translation></message>
<message numerus="yes"><source>%Ln connection(s)</source><translation><numerusform>%Ln connection</numerusform><numerusform>%Ln connections</numerusform></translation></message>
<message numerus="yes"><source>%Ln per download</source><translation><numerusform>%Ln per download</numerusform><numerusform>%Ln per download</numerusform></translation></message>
<message numerus="yes"><source>%Ln header(s)</source><translation><numerusform>%Ln header</numerusform><numerusform>%Ln headers</numerusform></translation></message>
<message numerus="yes"><source>%Ln connection(s) helped a download</source><translation><numerusform>%Ln connection helped a download</numerusform><numerusform>%Ln connections helped a download</numerusform></translation></message>
<message numerus="yes"><source>bore %Ln connection(s) when it refused more</source><translation><numerusform>bore %Ln connection when it refused more</numerusform><numerusform>bore %Ln connections when it refused more</numerusform></translation></message>
</context>
<context>
<name>Lists</name>
<message numerus="yes"><source>%Ln download(s) exported to {name}</source><translation><numerusform>%Ln download exported to {name}</numerusform><numerusform>%Ln downloads exported to {name}</numerusform></translation></message>
</context>
<context>
<name>Live</name>
<message numerus="yes"><source>%Ln line(s) saved to {name}</source><translation><numerusform>%Ln line saved to {name}</numerusform><numerusform>%Ln lines saved to {name}</numerusform></translation></message>
<message numerus="yes"><source>%Ln line(s)</source><translation><numerusform>%Ln line</numerusform><numerusform>%Ln lines</numerusform></translation></message>
<message numerus="yes"><source>%Ln new line(s)</source><translation><numerusform>%Ln new line</numerusform><numerusform>%Ln new lines</numerusform></translation></message>
<message numerus="yes"><source>%Ln matching line(s)</source><translation><numerusform>%Ln matching line</numerusform><numerusform>%Ln matching lines</numerusform></translation></message>
</context>
<context>
<name>Login</name>
<message numerus="yes"><source>%Ln download(s) wait for it.</source><translation><numerusform>%Ln download wait for it.</numerusform><numerusform>%Ln downloads wait for it.</numerusform></translation></message>
</context>
<context>
<name>Questions</name>
<message numerus="yes"><source>Delete %Ln download(s) with their files for good?</source><translation><numerusform>Delete %Ln download with their files for good?</numerusform><numerusform>Delete %Ln downloads with their files for good?</numerusform></translation></message>
</context>
<context>
<name>Queues</name>
<message numerus="yes"><source>%Ln download(s) moved to {place}</source><translation><numerusform>%Ln download moved to {place}</numerusform><numerusform>%Ln downloads moved to {place}</numerusform></translation></message>
</context>
<context>
<name>Settings</name>
<message numerus="yes"><source>%Ln login(s) forgotten.</source><translation><numerusform>%Ln login forgotten.</numerusform><numerusform>%Ln logins forgotten.</numerusform></translation></message>
<message numerus="yes"><source>%Ln setting(s) changed to what {file} has.</source><translation><numerusform>%Ln setting changed to what {file} has.</numerusform><numerusform>%Ln settings changed to what {file} has.</numerusform></translation></message>
<message numerus="yes"><source>%Ln rule(s)</source><translation><numerusform>%Ln rule</numerusform><numerusform>%Ln rules</numerusform></translation></message>
</context>
<context>
<name>Status</name>
<message numerus="yes"><source>%Ln active</source><translation><numerusform>%Ln active</numerusform><numerusform>%Ln active</numerusform></translation></message>
<message numerus="yes"><source>%Ln waiting</source><translation><numerusform>%Ln waiting</numerusform><numerusform>%Ln waiting</numerusform></translation></message>
</context>
<context>
<name>Story</name>
<message numerus="yes"><source>%Ln more address(es)</source><translation><numerusform>%Ln more address</numerusform><numerusform>%Ln more addresses</numerusform></translation></message>
<message numerus="yes"><source>%Ln connection(s) at work</source><translation><numerusform>%Ln connection at work</numerusform><numerusform>%Ln connections at work</numerusform></translation></message>
<message numerus="yes"><source>%Ln sample(s) compared with the server's</source><translation><numerusform>%Ln sample compared with the server's</numerusform><numerusform>%Ln samples compared with the server's</numerusform></translation></message>
</context>
<context>
<name>Units</name>
<message numerus="yes"><source>about %Ln day(s)</source><translation><numerusform>about %Ln day</numerusform><numerusform>about %Ln days</numerusform></translation></message>
</context>
<context>
<name>Unpacking</name>
<message numerus="yes"><source>%Ln file(s)</source><translation><numerusform>%Ln file</numerusform><numerusform>%Ln files</numerusform></translation></message>
<message numerus="yes"><source>%Ln link(s) left out</source><translation><numerusform>%Ln link left out</numerusform><numerusform>%Ln links left out</numerusform></translation></message>
</context>
<context>
<name>Watch</name>
<message numerus="yes"><source>%Ln earlier version(s) kept.</source><translation><numerusform>%Ln earlier version kept.</numerusform><numerusform>%Ln earlier versions kept.</numerusform></translation></message>
</context>
<context>
<name>Window</name>
<message numerus="yes"><source>%Ln link(s) to files on the clipboard</source><translation><numerusform>%Ln link to files on the clipboard</numerusform><numerusform>%Ln links to files on the clipboard</numerusform></translation></message>
<message numerus="yes"><source>Added %Ln download(s)</source><translation><numerusform>Added %Ln download</numerusform><numerusform>Added %Ln downloads</numerusform></translation></message>
</context>
<context>
<name>Words</name>
<message numerus="yes"><source>%Ln connection(s)</source><translation><numerusform>%Ln connection</numerusform><numerusform>%Ln connections</numerusform></translation></message>
<message numerus="yes"><source>%Ln download(s)</source><translation><numerusform>%Ln download</numerusform><numerusform>%Ln downloads</numerusform></translation></message>
</context>
</TS>
