-- kept: yes
--
-- Change requests that an assistant wrote: opened under the login of a known coding agent, or with commits whose trailers
-- name one as author, co-author or assistant. `agent` is its name; `is_by_agent` is true where it opened the
-- change itself. Robots that only move versions or format code are none.
WITH agents AS (
    SELECT column1 AS agent, column2 AS login, column3 AS trailer
    FROM (VALUES
        ('Copilot',  '^(copilot|copilot-swe-agent|github-copilot)(\[bot\])?$',             '^(co-authored-by|assisted-by|generated-by): *(github )?copilot\b'),
        ('Claude',   '^(claude|claude-code|anthropic-claude|claude-ai)(\[bot\])?$',       '^(co-authored-by|assisted-by|generated-by): *claude\b|noreply@anthropic\.com'),
        ('Cursor',   '^(cursor|cursoragent|cursor-agent|cursor-com)(\[bot\])?$',           '^(co-authored-by|assisted-by|generated-by): *cursor\b|cursoragent@cursor\.com'),
        ('Devin',    '^devin(-ai(-integration)?)?(\[bot\])?$',                              '^(co-authored-by|assisted-by|generated-by): *devin(\b.*devin-ai| ai\b)|devin-ai-integration'),
        ('Codex',    '^(codex|openai-codex|chatgpt-codex(-connector)?|codex-bot)(\[bot\])?$', '^(co-authored-by|assisted-by|generated-by): *(openai )?codex\b|codex@openai\.com'),
        ('Aider',    '^aider(-bot|-chat)?(\[bot\])?$',                                       '^(co-authored-by|assisted-by|generated-by): *aider\b'),
        ('Jules',    '^(google-labs-jules|jules-google)(\[bot\])?$',                         '^(co-authored-by|assisted-by|generated-by): *google-labs-jules\b'),
        ('Gemini',   '^(gemini-cli|gemini-code-assist|gemini-cli-robot)(\[bot\])?$',         '^(co-authored-by|assisted-by|generated-by): *gemini\b'),
        ('OpenHands', '^(openhands|openhands-agent|openhands-ai)(\[bot\])?$',                '^(co-authored-by|assisted-by|generated-by): *openhands\b|openhands@all-hands\.dev'),
        ('Amazon Q', '^amazon-q-developer(\[bot\])?$',                                       '^(co-authored-by|assisted-by|generated-by): *amazon q\b'),
        ('Sweep',    '^sweep-(ai|nightly|canary)(\[bot\])?$',                                '^(co-authored-by|assisted-by|generated-by): *sweep ai\b'),
        ('Windsurf', '^(windsurf|windsurf-bot|cascade-ai)(\[bot\])?$',                        '^(co-authored-by|assisted-by|generated-by): *(windsurf|cascade)\b')
    ) AS every
)
SELECT asked.source,
       asked.repo,
       asked.number,
       min(agents.agent)                                   AS agent,
       bool_or(coalesce(asked.author ~* agents.login, false)) AS is_by_agent
FROM (
    SELECT source, repo, number, author, array_to_string(trailers, chr(10)) AS trailers
    FROM change_requests
    WHERE array_length(trailers) > 0 OR author_is_bot OR author ~* '(copilot|claude|cursor|devin|codex|aider|jules|gemini|openhands|amazon-q|sweep|windsurf|cascade)'
) AS asked
JOIN agents ON coalesce(asked.author ~* agents.login, false)
            OR coalesce(asked.trailers ~* ('(?m)' || agents.trailer), false)
GROUP BY asked.source, asked.repo, asked.number
